package io.github.etcddiscovery.spring.grpc;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdCommands;
import io.github.etcddiscovery.test.EtcdExtension;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusRuntimeException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.grpc.client.GrpcChannelFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** {@code etcd:///service} as a target of the channels of Boot. */
class GrpcChannelIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void aNamedChannelFindsTheServersAndFollowsThem() {
		try (ConfigurableApplicationContext client = client(etcd).run();
				ConfigurableApplicationContext first = server(etcd, "first").run()) {
			ManagedChannel channel = channel(client, "echo");
			within(() -> answers(channel).equals(Set.of("first")));
			try (ConfigurableApplicationContext second = server(etcd, "second").withoutWeb().run()) {
				within(() -> answers(channel).equals(Set.of("first", "second")));
			}
			within(() -> answers(channel).equals(Set.of("first")));
		}
	}

	@Test
	void aTargetNeedsNoConfiguration() {
		try (ConfigurableApplicationContext client = client(etcd).run();
				ConfigurableApplicationContext server = server(etcd, "only").run()) {
			ManagedChannel channel = channel(client, "etcd:///echo");
			within(() -> answers(channel).equals(Set.of("only")));
		}
	}

	@Test
	void theServiceConfigOfBootStaysInForce() {
		try (ConfigurableApplicationContext client = client(etcd).set(
				"spring.grpc.client.channel.echo.service-config.load-balancing[0].pick-first.shuffle-address-list=true")
			.run();
				ConfigurableApplicationContext first = server(etcd, "first").run();
				ConfigurableApplicationContext second = server(etcd, "second").run()) {
			ManagedChannel roundRobin = channel(client, "etcd:///echo");
			within(() -> answers(roundRobin).size() == 2);
			ManagedChannel pickFirst = channel(client, "echo");
			within(() -> answers(pickFirst).size() == 1);
			assertThat(answers(pickFirst)).hasSize(1);
		}
	}

	@Test
	void aServiceWithoutInstanceFailsAtOnceByName() {
		try (ConfigurableApplicationContext client = client(etcd).run()) {
			ManagedChannel channel = channel(client, "etcd:///nobody");
			assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> EchoService.call(channel))
				.withMessageContaining("UNAVAILABLE")
				.withMessageContaining("'nobody'");
		}
	}

	@Test
	void twoContextsOfOneJvmAskEachItsOwnEtcd() {
		try (EtcdCluster other = EtcdCluster.single();
				ConfigurableApplicationContext here = client(etcd).run();
				ConfigurableApplicationContext there = client(other).run();
				ConfigurableApplicationContext servesHere = server(etcd, "here").run();
				ConfigurableApplicationContext servesThere = server(other, "there").run()) {
			ManagedChannel toHere = channel(here, "echo");
			ManagedChannel toThere = channel(there, "echo");
			within(() -> answers(toHere).equals(Set.of("here")));
			within(() -> answers(toThere).equals(Set.of("there")));
		}
	}

	@Test
	void theSchemeGoesWithTheContext() {
		try (ConfigurableApplicationContext client = client(etcd).run()) {
			assertThat(NameResolverRegistry.getDefaultRegistry().getProviderForScheme("etcd")).isNotNull();
		}
		assertThat(NameResolverRegistry.getDefaultRegistry().getProviderForScheme("etcd")).isNull();
	}

	@Test
	void whatHasNoSchemeStaysWithDns() {
		try (ConfigurableApplicationContext client = client(etcd).run()) {
			assertThat(NameResolverRegistry.getDefaultRegistry().getDefaultScheme()).isEqualTo("dns");
		}
	}

	@Test
	void aChannelWithinTheProcessIsLeftAlone() {
		try (ConfigurableApplicationContext context = server(etcd, "inner")
			.set("spring.grpc.server.inprocess.name=inner")
			.run()) {
			assertThat(EchoService.call(channel(context, "in-process:inner"))).isEqualTo("inner");
		}
	}

	private static TestApplication client(EtcdCommands etcd) {
		return TestApplication.with(etcd).clientOnly().set("spring.grpc.client.channel.echo.target=etcd:///echo");
	}

	private static TestApplication server(EtcdCommands etcd, String name) {
		return TestApplication.with(etcd)
			.and(EchoService.Server.class)
			.set("greeting=" + name, "spring.grpc.server.port=0", "spring.grpc.server.address=127.0.0.1");
	}

	private static ManagedChannel channel(ConfigurableApplicationContext context, String target) {
		return context.getBean(GrpcChannelFactory.class).createChannel(target);
	}

	private static Set<String> answers(ManagedChannel channel) {
		return IntStream.range(0, 10).mapToObj((number) -> EchoService.call(channel)).collect(Collectors.toSet());
	}

	private static void within(Callable<Boolean> condition) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.pollInterval(Duration.ofMillis(20))
			.ignoreExceptions()
			.until(condition);
	}

}
