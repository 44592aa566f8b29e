package io.github.etcddiscovery.resolver;

import java.time.Duration;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.test.EtcdCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three members, one of which hangs: whichever serves the watch, it is left in time.
 */
class FrozenMemberIT {

	/** Silence, no sign of life, and a list elsewhere. */
	private static final Duration BOUND = Duration.ofSeconds(33 + 5);

	@Test
	@Tag("long")
	void whicheverMemberHangsChangesAreSeenWithinTheBoundAndNothingIsForgotten() {
		try (EtcdCluster etcd = EtcdCluster.of(3);
				EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoints()));
				EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults())) {
			put(etcd, 100);
			await().atMost(Duration.ofSeconds(20)).until(() -> resolver.instances("a").size() == 1);
			for (int member = 0; member < 3; member++) {
				etcd.freeze(member);
				int expected = member + 2;
				await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
					put(etcd, expected);
					return true;
				});
				await().atMost(BOUND).until(() -> resolver.instances("a").size(), (size) -> {
					assertThat(size).isGreaterThanOrEqualTo(expected - 1);
					return size == expected;
				});
				etcd.unfreeze(member);
			}
		}
	}

	private static void put(EtcdCluster etcd, int number) {
		Instance instance = Instance.of("a", "10.0.0." + number, 80);
		etcd.put(String.valueOf(Layout.kitex().key(instance).strictUtf8()),
				String.valueOf(Layout.kitex().codec().value(instance).strictUtf8()));
	}

}
