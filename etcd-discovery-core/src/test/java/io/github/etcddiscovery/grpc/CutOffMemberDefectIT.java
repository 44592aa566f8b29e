package io.github.etcddiscovery.grpc;

import java.time.Duration;
import java.util.Set;

import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdSettings;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.grpc.GrpcRig.answering;
import static io.github.etcddiscovery.grpc.GrpcRig.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A member that is cut off from the majority answers with what was true once; etcd's gRPC
 * naming for Go believes it.
 */
class CutOffMemberDefectIT {

	private static final Duration BOUND = Duration.ofSeconds(15);

	private static final EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withMembers(3).withProxies())
		.start();

	private final int leader = etcd.leader();

	private final int follower = (this.leader + 1) % 3;

	private final GrpcRig majority = new GrpcRig(EtcdClientSettings.of(etcd.endpoint(this.leader)));

	private final GrpcRig minority = new GrpcRig(EtcdClientSettings.of(etcd.endpoint(this.follower)));

	@AfterEach
	void heal() {
		etcd.heal();
		this.minority.close();
		this.majority.close();
	}

	@AfterAll
	static void stop() {
		etcd.close();
	}

	@Test
	void n2TheFirstReadIsNotThatOfAMemberWhichIsBehind() {
		Set<String> gone = this.majority.register(1);
		within(BOUND, () -> this.minority.resolver.instances(GrpcRig.SERVICE).size() == 1);
		etcd.partition(this.follower);
		this.majority.leave(gone);
		Set<String> there = this.majority.register(1);
		within(BOUND, () -> answering(this.majority.channel()).equals(there));
		try (GrpcRig fresh = new GrpcRig(EtcdClientSettings.of(etcd.endpoint(this.follower)))) {
			ManagedChannel channel = fresh.channel();
			assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> Echo.call(channel))
				.withMessageContaining("is not known yet");
			etcd.heal();
			within(BOUND, () -> answering(channel).equals(there));
		}
	}

	@Test
	void n8AWatchAtAMemberWithoutLeaderIsNoticedAndMadeUpFor() {
		Set<String> first = this.majority.register(1);
		ManagedChannel channel = this.minority.channel();
		within(BOUND, () -> answering(channel).equals(first));
		within(BOUND, () -> this.minority.resolver.staleFor().isZero());
		etcd.partition(this.follower);
		within(BOUND, () -> !this.minority.resolver.staleFor().isZero());
		Set<String> more = this.majority.register(1);
		assertThat(answering(channel)).isEqualTo(first);
		etcd.heal();
		within(BOUND, () -> answering(channel).containsAll(more));
	}

}
