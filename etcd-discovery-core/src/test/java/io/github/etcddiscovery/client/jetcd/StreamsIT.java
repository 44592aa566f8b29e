package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.resolver.Scope;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How many streams a whole process keeps open, as etcd counts them. */
@Tag("long")
class StreamsIT {

	private static final int MANY = 1_000;

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension
		.of(EtcdSettings.defaults().withFlag("max-concurrent-streams", "100"));

	private final Metrics metrics = new Metrics(etcd.endpoint());

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	private final EtcdRegistry registry = EtcdRegistry.create(this.client,
			RegistryOptions.defaults().withTtl(Duration.ofSeconds(5)));

	private final EtcdResolver resolver = EtcdResolver.create(this.client,
			ResolverOptions.defaults().withScope(Scope.SERVICE));

	@AfterEach
	void close() {
		this.resolver.close();
		this.registry.close();
		this.client.close();
	}

	@Test
	void aThousandServicesAndAThousandRegistrationsAreTwoStreamsOfWatchesAndOneOfRenewals() {
		List<Registration> registrations = IntStream.range(0, MANY)
			.mapToObj((i) -> this.registry.register(Instance.of(service(i), "10.0.0.5", 8888)))
			.toList();
		all(registrations.stream().map(Registration::whenRegistered).toList());
		all(IntStream.range(0, MANY).mapToObj((i) -> this.resolver.whenRead(service(i))).toList());

		await().atMost(Duration.ofSeconds(30)).until(() -> this.metrics.watches() == 2 * MANY);
		long lease = this.registry.lease().id();
		await().during(Duration.ofSeconds(6))
			.atMost(Duration.ofSeconds(30))
			.until(() -> open("Watch", "Watch") == 2 && open("Lease", "LeaseKeepAlive") == 1);
		assertThat(this.registry.lease().id()).isEqualTo(lease);
		for (int i = 0; i < MANY; i++) {
			assertThat(this.resolver.instances(service(i))).hasSize(1);
		}
		assertThat(this.resolver.staleFor()).isZero();
	}

	private long open(String service, String method) {
		return this.metrics.started(service, method, "bidi_stream") - this.metrics.ended(service, method);
	}

	private static void all(List<? extends CompletionStage<?>> stages) {
		CompletableFuture
			.allOf(stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new))
			.orTimeout(60, TimeUnit.SECONDS)
			.join();
	}

	private static String service(int number) {
		return "echo-" + number;
	}

}
