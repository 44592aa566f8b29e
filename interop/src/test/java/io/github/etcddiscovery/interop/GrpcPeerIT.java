package io.github.etcddiscovery.interop;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.grpc.EtcdNameResolverProvider;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.test.EtcdExtension;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * gRPC's own channels on both sides: grpc-go with etcd's resolver, grpc-java with ours.
 */
@WithGo
@Tag("long")
class GrpcPeerIT {

	private static final Map<String, ?> ROUND_ROBIN = Map.of("loadBalancingConfig",
			List.of(Map.of("round_robin", Map.of())));

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void goChannelCallsJavaServersWithMetadataInTurn(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.GRPC.fresh(), go, etcd.endpoint());
				Protocol.Served one = Format.GRPC.protocol().serve("127.0.0.1", "one");
				Protocol.Served two = Format.GRPC.protocol().serve("127.0.0.1", "two")) {
			for (Protocol.Served served : List.of(one, two)) {
				Registration server = scene.register(served, "127.0.0.1");
				server.update((instance) -> instance.withTag("zone", "a").withWeight(30));
				server.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
			}
			PeerProcess client = scene.goClient();
			client.awaitInstances((all) -> all.split(";").length == 2);
			assertThat(answers(() -> client.call("hello"), 2)).containsExactly("answer one: hello",
					"answer two: hello");
		}
	}

	@Test
	void javaChannelCallsGoServersInTurnAndIsToldWhenOneLeaves(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.GRPC.fresh(), go, etcd.endpoint())) {
			PeerProcess one = scene.goServer("127.0.0.1", "-name=one");
			PeerProcess two = scene.goServer("::1", "-name=two");
			one.await("registered");
			two.await("registered");

			EtcdNameResolverProvider provider = EtcdNameResolverProvider.on(scene.resolver())
				.withServiceConfig(ROUND_ROBIN);
			NameResolverRegistry.getDefaultRegistry().register(provider);
			ManagedChannel channel = Grpc
				.newChannelBuilder("etcd:///" + scene.service(), InsecureChannelCredentials.create())
				.build();
			try {
				assertThat(answers(() -> GrpcProtocol.call(channel, "hello"), 2)).containsExactly("one: hello",
						"two: hello");

				// It goes on serving: only the registry can have told the channel.
				one.send("deregister");
				one.await("deregistered");
				Scene.patiently().until(() -> twentyCalls(channel).equals(Set.of("two: hello")));
				two.kill();
				Scene.patiently().until(() -> codeOfCall(channel) == Status.Code.UNAVAILABLE);
			}
			finally {
				channel.shutdownNow();
				NameResolverRegistry.getDefaultRegistry().deregister(provider);
			}
		}
	}

	private static Status.Code codeOfCall(Channel channel) {
		try {
			GrpcProtocol.call(channel, "hello");
			return Status.Code.OK;
		}
		catch (StatusRuntimeException ex) {
			return ex.getStatus().getCode();
		}
	}

	private static Set<String> twentyCalls(Channel channel) {
		return IntStream.range(0, 20)
			.mapToObj((call) -> GrpcProtocol.call(channel, "hello"))
			.collect(Collectors.toSet());
	}

	/** Calls until that many different answers have come. */
	private static Set<String> answers(Supplier<String> call, int different) {
		Set<String> answers = new TreeSet<>();
		Scene.patiently().until(() -> {
			answers.add(call.get());
			return answers.size() >= different;
		});
		return answers;
	}

}
