package io.github.etcddiscovery.grpc;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.retry.RetryOptions;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.grpc.GrpcRig.within;
import static org.assertj.core.api.Assertions.assertThat;

/** Calls fail and say why, where nobody waits for an etcd that does not answer. */
class UnreachableEtcdTests {

	private static final Duration SOON = Duration.ofSeconds(8);

	/** Many, because what matters is how far the resolver's loop is meanwhile. */
	private static final int CHANNELS = 50;

	@Test
	void whoDoesNotWaitForTheFirstAnswerIsToldAtOnceThatThereIsNone() {
		try (GrpcRig rig = unreachable()) {
			List<ToldChannel> channels = IntStream.range(0, CHANNELS)
				.mapToObj((number) -> new ToldChannel(rig.resolver, "test/" + number))
				.toList();
			channels.forEach(ToldChannel::start);
			within(SOON, () -> channels.stream().noneMatch((channel) -> channel.results().isEmpty()));
			assertThat(channels).allSatisfy((channel) -> assertThat(channel.results().get(0)).singleElement()
				.asString()
				.startsWith("Service 'test/")
				.contains("' is not known yet: ", "etcd has not answered"));
			channels.forEach(ToldChannel::close);
		}
	}

	private static GrpcRig unreachable() {
		return new GrpcRig(EtcdClientSettings.of("http://127.0.0.1:1"),
				ResolverOptions.defaults()
					.withLayouts(GrpcRig.LAYOUT)
					.withTiming(new ResolverOptions.Timing(Duration.ZERO, Duration.ofMinutes(5), Duration.ZERO,
							Duration.ofSeconds(30), RetryOptions.defaults())));
	}

}
