package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdException;
import io.github.etcddiscovery.test.EtcdSettings;
import io.github.etcddiscovery.test.binaries.EtcdVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Somebody with more rights attaches a key to our lease that we may not write, on a real
 * etcd. From 3.4.42, 3.5.28 and 3.6.9 on etcd refuses puts under that lease and its
 * renewal; what the keys may rely on does not depend on the version.
 */
@Tag("long")
class SpoiltLeaseIT {

	private static final Instance INSTANCE = Instance.of("echo", "10.0.0.5", 8888);

	private static final String KEY = "kitex/registry-etcd/echo/10.0.0.5:8888";

	private static final Duration SPOILT_FOR = Duration.ofSeconds(25);

	private final EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withRootPassword("root-s3cret"));

	private final List<String> states = new CopyOnWriteArrayList<>();

	private EtcdClient client;

	private EtcdRegistry registry;

	@BeforeEach
	void register() {
		this.etcd.start();
		this.etcd.auth().addRole("app");
		this.etcd.auth().grantPrefix("app", Access.READWRITE, Layout.kitex().prefix());
		this.etcd.auth().addUser("app", "app-s3cret", "app");
		this.client = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint())
			.withCredentials(() -> new Credentials("app", "app-s3cret")));
		this.registry = EtcdRegistry.create(this.client,
				RegistryOptions.defaults().withTtl(Duration.ofSeconds(5)).withObserver(new DiscoveryObserver() {

					@Override
					public void registrationState(String service, String key, String from, String to) {
						SpoiltLeaseIT.this.states.add(to);
					}

				}));
	}

	@AfterEach
	void close() {
		this.registry.close();
		this.client.close();
		this.etcd.close();
	}

	@Test
	void keysMoveToANewLeaseAtAPaceAndAreNeverDeniedForAnothersKey() {
		Registration registration = this.registry.register(INSTANCE);
		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
		Set<Long> leases = new HashSet<>();
		long began = System.nanoTime();
		int round = 0;
		while (System.nanoTime() - began < SPOILT_FOR.toNanos()) {
			int weight = 20 + ++round;
			leases.add(spoil(round));
			registration.update((instance) -> instance.withWeight(weight));
			assertThat(this.etcd.get(KEY)).as("after %s times", round).isPresent();
		}
		String last = "\"weight\":" + (20 + round);

		await().atMost(Duration.ofSeconds(15))
			.until(() -> registration.state() == RegistrationState.REGISTERED
					&& this.etcd.get(KEY).orElse("").contains(last));
		assertThat(this.states).doesNotContain("DENIED", "CONFLICT", "FAILED");
		if (putsAreRefused()) {
			assertThat(leases).as("there are moves, and they are paced").hasSizeBetween(3, 40);
		}
		else {
			assertThat(leases).hasSize(1);
		}
	}

	/** Root attaches a key to our lease, unless it has just been left. */
	private long spoil(int round) {
		LeaseStatus lease = this.registry.lease();
		assertThat(lease).isNotNull();
		try {
			this.etcd.etcdctl("put", "--lease=" + Long.toHexString(lease.id()), "forbidden/" + round, "x");
		}
		catch (EtcdException ex) {
			assertThat(ex).hasMessageContaining("lease not found");
		}
		return lease.id();
	}

	private boolean putsAreRefused() {
		EtcdVersion version = this.etcd.binaries().version();
		return version.patch() >= switch (version.minor()) {
			case 4 -> 42;
			case 5 -> 28;
			case 6 -> 9;
			default -> 0;
		};
	}

}
