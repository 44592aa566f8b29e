package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A real etcd that is 1.7 s away, as for a whole machine that swaps. */
@Tag("long")
class FarAwayEtcdIT {

	private static final Duration ONE_WAY = Duration.ofMillis(1_700);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	private final List<Duration> acknowledged = new CopyOnWriteArrayList<>();

	private final List<String> transitions = new CopyOnWriteArrayList<>();

	private final DiscoveryObserver observer = new DiscoveryObserver() {

		@Override
		public void renewal(Duration took, @Nullable Throwable failure) {
			if (failure == null) {
				FarAwayEtcdIT.this.acknowledged.add(took);
			}
		}

		@Override
		public void registrationState(String service, String key, String from, String to) {
			FarAwayEtcdIT.this.transitions.add(to);
		}

	};

	private final EtcdClient client = EtcdClient
		.connect(EtcdClientSettings.of(etcd.endpoint()).withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(10)));

	private final EtcdRegistry registry = EtcdRegistry.create(this.client,
			RegistryOptions.defaults().withObserver(this.observer));

	@AfterEach
	void close() {
		etcd.cluster().proxy().heal();
		this.registry.close();
		this.client.close();
	}

	@Test
	void renewalsAreAcknowledgedAndTheRegistrationStaysRegistered() {
		Registration registration = this.registry.register(Instance.of("echo-" + UUID.randomUUID(), "10.0.0.5", 8888));
		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
		long lease = this.registry.lease().id();
		long revision = etcd.revision();
		etcd.cluster().proxy().delay(ONE_WAY);

		await().atMost(Duration.ofSeconds(30)).until(() -> acknowledgedOverTheWholeWay() > 0);
		this.transitions.clear();
		await().during(Duration.ofSeconds(30)).atMost(Duration.ofSeconds(40)).until(this.transitions::isEmpty);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(acknowledgedOverTheWholeWay()).isGreaterThan(2);
		assertThat(this.registry.lease().id()).isEqualTo(lease);
		assertThat(etcd.revision()).as("nothing was written").isEqualTo(revision);
	}

	private long acknowledgedOverTheWholeWay() {
		return this.acknowledged.stream().filter((took) -> took.compareTo(ONE_WAY.multipliedBy(2)) >= 0).count();
	}

}
