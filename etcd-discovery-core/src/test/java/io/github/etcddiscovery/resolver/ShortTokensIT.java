package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import io.github.etcddiscovery.test.EtcdAuth;
import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A resolver of an etcd that forgets its tokens after 3 s, while the watches' stream
 * keeps the one it was opened with.
 */
@Tag("long")
class ShortTokensIT {

	private static final int SERVICES = 50;

	private static final Duration ONE_AFTER_THE_OTHER = Duration.ofSeconds(30).dividedBy(SERVICES);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension
		.of(EtcdSettings.defaults().withRootPassword("root").withFlag("auth-token-ttl", "3"));

	private final List<String> listedAgain = new CopyOnWriteArrayList<>();

	@Test
	void servicesThatAreAskedForOneAfterTheOtherAreReadWithinASecondAndNothingIsListedTwice() {
		EtcdAuth auth = etcd.cluster().auth();
		auth.addRole("app");
		auth.grantPrefix("app", Access.READ, Rig.KITEX.prefix() + "/");
		auth.addUser("app", "app-s3cret", "app");
		for (int i = 0; i < SERVICES; i++) {
			put(Rig.instance("service-" + i, 1));
		}
		try (EtcdClient client = EtcdClient.connect(
				EtcdClientSettings.of(etcd.endpoint()).withCredentials(() -> new Credentials("app", "app-s3cret")));
				EtcdResolver resolver = EtcdResolver.create(client,
						ResolverOptions.defaults().withScope(Scope.SERVICE).withObserver(counting()))) {
			// The first connection of a JVM takes its time, and is not what is looked at.
			await().atMost(Duration.ofSeconds(20)).until(() -> resolver.snapshot("service-0").state() == State.READ);
			List<String> asked = new ArrayList<>();
			for (int i = 0; i < SERVICES; i++) {
				String service = "service-" + i;
				resolver.snapshot(service);
				await().atMost(Duration.ofSeconds(1))
					.pollInterval(Duration.ofMillis(10))
					.until(() -> resolver.snapshot(service).state() == State.READ);
				asked.add(service);
				whileAllAreRead(resolver, asked, ONE_AFTER_THE_OTHER);
			}
			put(Rig.instance("service-0", 2));
			put(Rig.instance("service-49", 2));
			await().atMost(Duration.ofSeconds(1))
				.until(() -> resolver.instances("service-0").size() + resolver.instances("service-49").size() == 4);
			assertThat(this.listedAgain).isEmpty();
		}
	}

	private static void whileAllAreRead(EtcdResolver resolver, List<String> services, Duration duration) {
		long end = System.nanoTime() + duration.toNanos();
		await().atMost(Duration.ofSeconds(20))
			.pollInterval(FixedPollInterval.fixed(Duration.ofMillis(50)))
			.until(() -> {
				assertThat(services).allMatch((service) -> resolver.snapshot(service).state() == State.READ);
				assertThat(resolver.staleFor()).isLessThan(Duration.ofSeconds(1));
				return System.nanoTime() > end;
			});
	}

	private DiscoveryObserver counting() {
		return new DiscoveryObserver() {

			@Override
			public void resync(String reason) {
				ShortTokensIT.this.listedAgain.add(reason);
			}

		};
	}

	private static void put(Instance instance) {
		etcd.put(Rig.KITEX.key(instance).strictUtf8(), Rig.KITEX.codec().value(instance).strictUtf8());
	}

}
