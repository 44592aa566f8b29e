package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A real etcd in which nothing is written, for longer than a stream may be silent.
 */
@Tag("long")
class QuietStoreIT {

	private static final Duration TWO_SILENCES = Duration.ofSeconds(70);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@RegisterExtension
	final LoggedLines log = new LoggedLines("io.github.etcddiscovery.watch");

	@Test
	void isFollowedWithoutABreak() throws Exception {
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));
				EtcdRegistry registry = EtcdRegistry.create(client, RegistryOptions.defaults())) {
			registry.register(Instance.of("echo", "10.0.0.1", 80))
				.whenRegistered()
				.toCompletableFuture()
				.get(10, TimeUnit.SECONDS);
			try (EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults())) {
				await().until(() -> resolver.instances("echo").size() == 1 && resolver.staleFor().isZero());
				await().during(TWO_SILENCES)
					.atMost(TWO_SILENCES.plusSeconds(10))
					.until(() -> resolver.staleFor().isZero());
				registry.register(Instance.of("echo", "10.0.0.2", 80));
				await().until(() -> resolver.instances("echo").size() == 2);
			}
		}
		assertThat(this.log.at("WARN")).isEmpty();
	}

}
