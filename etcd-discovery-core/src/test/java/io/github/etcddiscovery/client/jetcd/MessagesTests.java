package io.github.etcddiscovery.client.jetcd;

import java.util.List;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class MessagesTests {

	/** Every answer that is asked for: one that is not known here is never checked. */
	static List<Message> answers() {
		return List.of(RangeResponse.getDefaultInstance(), TxnResponse.getDefaultInstance(),
				LeaseGrantResponse.getDefaultInstance(), LeaseRevokeResponse.getDefaultInstance(),
				LeaseTimeToLiveResponse.getDefaultInstance(), LeaseKeepAliveResponse.getDefaultInstance(),
				WatchResponse.getDefaultInstance(), AuthenticateResponse.getDefaultInstance());
	}

	@ParameterizedTest
	@MethodSource("answers")
	void everyAnswerSaysOfWhichClusterItIs(Message answer) {
		FieldDescriptor header = answer.getDescriptorForType().findFieldByName("header");
		assertThat(Messages.cluster(answer)).isZero();
		assertThat(Messages
			.cluster(answer.toBuilder().setField(header, ResponseHeader.newBuilder().setClusterId(-7).build()).build()))
			.isEqualTo(-7);
	}

	@Test
	void anythingElseSaysNothing() {
		assertThat(Messages.cluster("no answer of etcd")).isZero();
	}

}
