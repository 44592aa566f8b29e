package io.github.etcddiscovery.client.jetcd;

import java.util.List;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.LeaseTimeToLiveResponse;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchResponse;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;
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
	void anEntryIsReadWithItsValueUnlessThatIsTooLong() {
		Bytes longest = Bytes.utf8("x".repeat(Entry.MAX_VALUE));
		assertThat(Messages.entry(entry("a", longest))).isEqualTo(new Entry(Bytes.utf8("a"), longest, -1, 1L << 40));
		assertThat(Messages.entry(entry("a", longest.successor()))).isEqualTo(Messages.oversized(entry("a", longest)))
			.isEqualTo(new Entry(Bytes.utf8("a"), Bytes.EMPTY, -1, 1L << 40, true));
		assertThat(Messages.entry(KeyValue.getDefaultInstance())).isEqualTo(new Entry(Bytes.EMPTY, Bytes.EMPTY, 0, 0));
	}

	@Test
	void aKeyIsShortUpToTheLongest() {
		String longest = "k".repeat(Entry.MAX_KEY);
		assertThat(Messages.hasShortKey(entry(longest, Bytes.EMPTY))).isTrue();
		assertThat(Messages.hasShortKey(entry(longest + "k", Bytes.EMPTY))).isFalse();
	}

	@Test
	void anythingElseSaysNothing() {
		assertThat(Messages.cluster("no answer of etcd")).isZero();
	}

	private static KeyValue entry(String key, Bytes value) {
		return KeyValue.newBuilder()
			.setKey(ByteString.copyFromUtf8(key))
			.setValue(ByteString.copyFrom(value.toByteArray()))
			.setLease(-1)
			.setCreateRevision(2)
			.setVersion(4)
			.setModRevision(1L << 40)
			.build();
	}

}
