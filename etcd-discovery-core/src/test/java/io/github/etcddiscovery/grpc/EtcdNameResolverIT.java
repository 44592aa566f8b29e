package io.github.etcddiscovery.grpc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdExtension;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.grpc.GrpcRig.answering;
import static io.github.etcddiscovery.grpc.GrpcRig.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Channels to {@code etcd:///service}, against real servers and a real etcd. */
class EtcdNameResolverIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final Duration SOON = Duration.ofSeconds(5);

	private final GrpcRig rig = new GrpcRig(etcd);

	@AfterEach
	void close() {
		this.rig.close();
	}

	@Test
	void roundRobinCallsEveryInstance() {
		Set<String> servers = this.rig.register(3);
		ManagedChannel channel = this.rig.channel();
		within(SOON, () -> answering(channel).equals(servers));
	}

	@Test
	void pickFirstStaysWithOneInstanceAndGoesToAnotherWhenItLeaves() {
		Set<String> servers = this.rig.register(2);
		within(SOON, () -> this.rig.resolver.instances(GrpcRig.SERVICE).size() == 2);
		ManagedChannel channel = this.rig.channel("etcd:///" + GrpcRig.SERVICE, "pick_first");
		Set<String> first = answering(channel);
		assertThat(first).hasSize(1).isSubsetOf(servers);
		this.rig.leave(first);
		within(SOON, () -> !answering(channel).equals(first));
	}

	@Test
	void whatComesAndGoesIsPushed() {
		Set<String> servers = this.rig.register(1);
		ManagedChannel channel = this.rig.channel();
		within(SOON, () -> answering(channel).equals(servers));
		Set<String> more = this.rig.register(2);
		within(SOON, () -> answering(channel).containsAll(more));
		this.rig.leave(servers);
		within(SOON, () -> answering(channel).equals(more));
	}

	@Test
	void aChangeOfWeightBreaksNoConnection() {
		Set<String> servers = this.rig.register(1);
		ManagedChannel channel = this.rig.channel();
		within(SOON, () -> answering(channel).equals(servers));
		int connections = this.rig.connections();
		this.rig.registry.registrations().get(0).update((instance) -> instance.withWeight(77));
		within(SOON, () -> this.rig.resolver.instances(GrpcRig.SERVICE).get(0).weight() == 77);
		Set<String> more = this.rig.register(1);
		within(SOON, () -> answering(channel).containsAll(more));
		assertThat(this.rig.connections()).isEqualTo(connections + 1);
	}

	@Test
	void whenTheLastInstanceHasLeftRoundRobinKeepsItsConnectionAndPickFirstDropsIt() {
		Set<String> servers = this.rig.register(1);
		ManagedChannel roundRobin = this.rig.channel();
		ManagedChannel pickFirst = this.rig.channel("etcd:///" + GrpcRig.SERVICE, "pick_first");
		within(SOON, () -> answering(roundRobin).equals(servers) && answering(pickFirst).equals(servers));
		this.rig.leave(servers);
		within(SOON, () -> Echo.failure(pickFirst).contains("Service 'test/hello' has no instance in etcd"));
		assertThat(answering(roundRobin)).isEqualTo(servers);
		this.rig.stopServers();
		within(SOON, () -> Echo.failure(roundRobin).contains("Service 'test/hello' has no instance in etcd"));
	}

	@Test
	void theServiceConfigOfTheProviderIsPassedOn() {
		Set<String> servers = this.rig.register(2);
		within(SOON, () -> this.rig.resolver.instances(GrpcRig.SERVICE).size() == 2);
		ManagedChannel channel = this.rig.open(GrpcRig.builder("etcd:///" + GrpcRig.SERVICE,
				EtcdNameResolverProvider.on(this.rig.resolver).withServiceConfig(roundRobin())));
		within(SOON, () -> answering(channel).equals(servers));
	}

	@Test
	void theDefaultServiceConfigOfAChannelIsUsedWhereTheProviderHasNone() {
		Set<String> servers = this.rig.register(2);
		within(SOON, () -> this.rig.resolver.instances(GrpcRig.SERVICE).size() == 2);
		ManagedChannel channel = this.rig
			.open(GrpcRig.builder("etcd:///" + GrpcRig.SERVICE, EtcdNameResolverProvider.on(this.rig.resolver))
				.defaultServiceConfig(roundRobin()));
		within(SOON, () -> answering(channel).equals(servers));
	}

	@Test
	void aServiceConfigThatCannotBeReadFailsTheCallsAndSaysSo() {
		this.rig.register(1);
		within(SOON, () -> this.rig.resolver.instances(GrpcRig.SERVICE).size() == 1);
		ManagedChannel channel = this.rig
			.open(GrpcRig.builder("etcd:///" + GrpcRig.SERVICE, EtcdNameResolverProvider.on(this.rig.resolver)
				.withServiceConfig(Map.of("loadBalancingConfig", "round_robin"))));
		assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> Echo.call(channel))
			.withMessageContaining("load balancer configuration");
	}

	@Test
	void theResolverOfAChannelWinsOverThatOfTheProvider() {
		Set<String> servers = this.rig.register(1);
		try (GrpcRig elsewhere = new GrpcRig(EtcdClientSettings.of("http://127.0.0.1:1"))) {
			ManagedChannel channel = this.rig
				.open(GrpcRig.builder("etcd:///" + GrpcRig.SERVICE, EtcdNameResolverProvider.on(elsewhere.resolver))
					.setNameResolverArg(EtcdNameResolverProvider.RESOLVER, this.rig.resolver));
			within(SOON, () -> answering(channel).equals(servers));
		}
	}

	@Test
	void anIpv6AddressIsCalled() {
		Assumptions.assumeTrue(hasIpv6(), "this machine has no ::1");
		Server server = this.rig.serve("::1");
		RegisteredServer.register(this.rig.registry, server, (port) -> Instance.of(GrpcRig.SERVICE, "::1", port));
		ManagedChannel channel = this.rig.channel();
		within(SOON, () -> Echo.call(channel).equals(String.valueOf(server.getPort())));
	}

	@Test
	void aHostNameIsLookedUp() {
		Server server = this.rig.serve();
		RegisteredServer.register(this.rig.registry, server, (port) -> Instance.of(GrpcRig.SERVICE, "localhost", port));
		ManagedChannel channel = this.rig.channel();
		within(SOON, () -> Echo.call(channel).equals(String.valueOf(server.getPort())));
	}

	@Test
	void besideAWebServerTheTagSaysThePort() {
		Server server = this.rig.serve();
		this.rig.registry.register(Instance.of(GrpcRig.SERVICE, "127.0.0.1", 1)
			.withTag(Instance.GRPC_PORT, String.valueOf(server.getPort())));
		ManagedChannel channel = this.rig.channel();
		within(SOON, () -> Echo.call(channel).equals(String.valueOf(server.getPort())));
	}

	@Test
	void theAddressWithASchemeThatTheSeedWritesIsCalled() {
		Server server = this.rig.serve();
		String address = "http://localhost:" + server.getPort();
		etcd.put(GrpcRig.SERVICE + "/" + address, "{\"Op\":0,\"Addr\":\"" + address + "\",\"Metadata\":null}");
		try {
			ManagedChannel channel = this.rig.channel();
			within(SOON, () -> Echo.call(channel).equals(String.valueOf(server.getPort())));
		}
		finally {
			etcd.delete(GrpcRig.SERVICE + "/" + address);
		}
	}

	@Test
	void aTargetWithoutServiceIsRefusedWhenTheChannelIsMade() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.rig.channel("etcd://hello", "pick_first"))
			.withMessageContaining("etcd://hello");
	}

	@Test
	void aTargetOfAnotherSchemeIsNotOurs() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.rig.channel("zookeeper:///hello", "pick_first"));
	}

	@Test
	void theAuthorityIsTheService() {
		assertThat(this.rig.channel().authority()).isEqualTo("test%2Fhello");
	}

	@Test
	void aChannelThatIsMadeAfterTheResolverWasClosedFailsItsCallsAndSaysWhy() {
		this.rig.resolver.close();
		ManagedChannel channel = this.rig.channel();
		assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> Echo.call(channel))
			.satisfies((ex) -> assertThat(ex.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
			.withMessageContaining("'test/hello'")
			.withMessageContaining("closed");
	}

	private static Map<String, ?> roundRobin() {
		return Map.of("loadBalancingConfig", List.of(Map.of("round_robin", Map.of())));
	}

	private static boolean hasIpv6() {
		byte[] loopback = new byte[16];
		loopback[15] = 1;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(loopback))) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

}
