package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistrationState;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Services that are followed one by one, on a real etcd that allows 100 streams on a
 * connection, as proxies do.
 */
@Tag("long")
class ManyServicesIT {

	private static final Duration TIME = Duration.ofSeconds(60);

	private final EtcdCluster etcd = EtcdCluster
		.create(EtcdSettings.defaults().withFlag("max-concurrent-streams", "100"))
		.start();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()));

	private final EtcdResolver resolver = EtcdResolver.create(this.client,
			ResolverOptions.defaults().withScope(Scope.SERVICE));

	@AfterEach
	void close() {
		this.resolver.close();
		this.client.close();
		this.etcd.close();
	}

	@Test
	void moreServicesThanStreamsLeaveARegistrationBesideThemInPeace() throws Exception {
		List<String> services = register(130);
		try (EtcdRegistry registry = EtcdRegistry.create(this.client,
				RegistryOptions.defaults().withTtl(Duration.ofSeconds(5)))) {
			Registration own = registry.register(Instance.of("own", "10.9.9.9", 80));
			own.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
			services.forEach(this.resolver::snapshot);
			await().atMost(TIME).until(() -> allAreKnown(services) && this.resolver.staleFor().isZero());
			await().during(Duration.ofSeconds(15)).atMost(TIME).until(() -> {
				assertThat(own.state()).isEqualTo(RegistrationState.REGISTERED);
				assertThat(this.client.read(List.of(Rig.KITEX.key(Instance.of("own", "10.9.9.9", 80))))
					.get(10, TimeUnit.SECONDS)
					.entries()).hasSize(1);
				assertThat(this.resolver.staleFor()).isZero();
				return allAreKnown(services);
			});
		}
	}

	@Test
	void whatIsKnownStaysKnownThroughAnOutageInWhichUnknownNamesAreLookedUp() throws Exception {
		List<String> services = register(900);
		services.forEach(this.resolver::snapshot);
		await().atMost(TIME).until(() -> allAreKnown(services));
		Set<String> told = ConcurrentHashMap.newKeySet();
		this.resolver.subscribeAll((snapshot) -> {
			if (snapshot.instances().isEmpty() && services.contains(snapshot.service())) {
				told.add(snapshot.service());
			}
		});
		this.etcd.kill();
		IntStream.range(0, 2_500).forEach((i) -> this.resolver.snapshot("unknown" + i));
		await().during(Duration.ofSeconds(10)).atMost(TIME).until(() -> allAreKnown(services));
		this.etcd.restart();
		await().atMost(TIME).until(() -> this.resolver.staleFor().isZero());
		assertThat(allAreKnown(services)).isTrue();
		assertThat(told).as("told to have no instances").isEmpty();
	}

	private boolean allAreKnown(List<String> services) {
		return services.stream().allMatch((service) -> this.resolver.snapshot(service).instances().size() == 1);
	}

	private List<String> register(int services) throws Exception {
		List<String> names = IntStream.range(0, services).mapToObj((i) -> "service-" + i).toList();
		for (String name : names) {
			Instance instance = Rig.instance(name, 1);
			this.client.commit(new Write.Put(Rig.KITEX.key(instance), Rig.KITEX.codec().value(instance), 0, 0))
				.get(10, TimeUnit.SECONDS);
		}
		return names;
	}

}
