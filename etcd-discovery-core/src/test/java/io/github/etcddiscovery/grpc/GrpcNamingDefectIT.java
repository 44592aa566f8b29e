package io.github.etcddiscovery.grpc;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.registry.RegistrationState;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.grpc.GrpcRig.answering;
import static io.github.etcddiscovery.grpc.GrpcRig.within;
import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What etcd's gRPC naming for Go gets wrong, by the numbers of the wire formats page. */
class GrpcNamingDefectIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	private static final Duration SOON = Duration.ofSeconds(8);

	private static final String BROKEN = GrpcRig.key(1);

	private final GrpcRig rig = new GrpcRig(etcd);

	@AfterEach
	void close() {
		etcd.cluster().proxy().heal();
		etcd.delete(BROKEN);
		this.rig.close();
	}

	@Test
	void n1AWatchThatEndsByCompactionDoesNotFreezeTheChannel() {
		Set<String> servers = this.rig.register(1);
		ManagedChannel channel = this.rig.channel();
		within(SOON, () -> answering(channel).equals(servers));
		etcd.cluster().proxy().cut();
		int port = this.rig.serve().getPort();
		etcd.put(GrpcRig.key(port), GrpcRig.value("127.0.0.1:" + port));
		etcd.compact(etcd.revision());
		try {
			assertThat(answering(channel)).as("what is known while etcd is away").isEqualTo(servers);
			etcd.cluster().proxy().heal();
			within(SOON, () -> answering(channel).contains(String.valueOf(port)));
		}
		finally {
			etcd.delete(GrpcRig.key(port));
		}
	}

	@Test
	void n3CallsToAServiceWithoutInstanceFailAtOnceAndNameIt() {
		ManagedChannel channel = this.rig.channel();
		assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> Echo.call(channel))
			.satisfies((ex) -> assertThat(ex.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
			.withMessageContaining("Service 'test/hello' has no instance in etcd");
		Set<String> servers = this.rig.register(1);
		within(SOON, () -> answering(channel).equals(servers));
	}

	@Test
	void n3CallsThatWaitUntilReadyWaitForTheFirstInstance() throws Exception {
		ManagedChannel channel = this.rig.channel();
		CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> Echo.callWhenReady(channel),
				OWN_THREADS);
		within(SOON, () -> channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE);
		assertThat(answer).isNotDone();
		Set<String> servers = this.rig.register(1);
		assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(servers.iterator().next());
	}

	@Test
	void n3CallsFailTooWhereEtcdHasNotAnswered() {
		etcd.cluster().proxy().cut();
		try (GrpcRig cold = new GrpcRig(etcd)) {
			ManagedChannel channel = cold.channel();
			assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> Echo.call(channel))
				.satisfies((ex) -> assertThat(ex.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
				.satisfies((ex) -> assertThat(ex.getStatus().getCause()).as("a stack for gRPC to log").isNull())
				.withMessageContaining("Service 'test/hello' is not known yet: read of test/hello/* failed at ");
			etcd.cluster().proxy().heal();
			Set<String> servers = this.rig.register(1);
			within(Duration.ofSeconds(12), () -> answering(channel).equals(servers));
		}
	}

	@Test
	void n4AValueThatTurnsBadTakesItsInstanceAway() {
		int good = this.rig.serve().getPort();
		int bad = this.rig.serve().getPort();
		etcd.put(GrpcRig.key(good), GrpcRig.value("127.0.0.1:" + good));
		etcd.put(BROKEN, GrpcRig.value("127.0.0.1:" + bad));
		try {
			ManagedChannel channel = this.rig.channel();
			within(SOON, () -> answering(channel).equals(Set.of(String.valueOf(good), String.valueOf(bad))));
			etcd.put(BROKEN, "{bad");
			within(SOON, () -> answering(channel).equals(Set.of(String.valueOf(good))));
		}
		finally {
			etcd.delete(GrpcRig.key(good));
		}
	}

	@Test
	void n5AnEmptyAddressIsNoInstance() {
		etcd.put(BROKEN, GrpcRig.value(""));
		ManagedChannel channel = this.rig.channel();
		assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> Echo.call(channel))
			.withMessageContaining("has no instance");
		Set<String> servers = this.rig.register(1);
		within(SOON, () -> answering(channel).equals(servers));
	}

	@Test
	void n6AServerIsBackWhenItsKeyWasDeletedOrItsLeaseRevoked() {
		RegisteredServer self = RegisteredServer.register(this.rig.registry, this.rig.serve(), GrpcRig::instance);
		within(SOON, () -> self.registration().state() == RegistrationState.REGISTERED);
		String key = GrpcRig.key(self.registration().instance().port());
		etcd.delete(key);
		within(SOON, () -> etcd.get(key).isPresent());
		etcd.revoke(this.rig.registry.lease().id());
		within(SOON, () -> etcd.get(key).isPresent());
	}

	@Test
	void n7WeightsReachTheLoadBalancingPolicyAndSoDoTheirChanges() {
		RegisteredServer light = RegisteredServer.register(this.rig.registry, this.rig.serve(), GrpcRig::instance);
		RegisteredServer heavy = RegisteredServer.register(this.rig.registry, this.rig.serve(),
				(port) -> GrpcRig.instance(port).withWeight(50));
		within(SOON, () -> this.rig.resolver.instances(GrpcRig.SERVICE).size() == 2);
		ManagedChannel channel = HeaviestFirst
			.used(() -> this.rig.channel("etcd:///" + GrpcRig.SERVICE, HeaviestFirst.NAME));
		within(SOON, () -> answering(channel).equals(Set.of(GrpcRig.name(heavy))));
		light.registration().update((instance) -> instance.withWeight(60));
		within(SOON, () -> answering(channel).equals(Set.of(GrpcRig.name(light))));
	}

}
