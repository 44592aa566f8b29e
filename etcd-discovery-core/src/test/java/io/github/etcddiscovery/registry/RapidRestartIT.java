package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.test.EtcdCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A process that is killed and started again at the same address takes its key over
 * without a hole.
 */
class RapidRestartIT {

	private static final Duration TTL = Duration.ofSeconds(8);

	private static final Instance INSTANCE = Instance.of("echo", "127.0.0.1", 8888);

	private static final KeyRange KEY = KeyRange.single(Bytes.utf8("kitex/registry-etcd/echo/127.0.0.1:8888"));

	private final AtomicInteger samples = new AtomicInteger();

	private final AtomicInteger holes = new AtomicInteger();

	@Test
	void theKeyIsThereAtEverySampleFromTheFirstRegistrationOn() throws Exception {
		theKeyIsThereThrough(6);
	}

	@Tag("long")
	@Test
	void theKeyIsThereThroughTwentyRestarts() throws Exception {
		theKeyIsThereThrough(20);
	}

	private void theKeyIsThereThrough(int restarts) throws Exception {
		try (EtcdCluster etcd = EtcdCluster.single();
				EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()))) {
			RegistrantProcess registrant = RegistrantProcess.start(etcd.endpoint(), INSTANCE, TTL);
			ScheduledThreadPoolExecutor sampler = new ScheduledThreadPoolExecutor(1);
			sampler.scheduleAtFixedRate(() -> sample(client), 0, 10, TimeUnit.MILLISECONDS);
			for (int round = 0; round < restarts; round++) {
				assertThat(registrant.states()).isEqualTo("[REGISTERED]");
				registrant.kill();
				registrant = RegistrantProcess.start(etcd.endpoint(), INSTANCE, TTL);
			}
			await().atMost(TTL.multipliedBy(3)).until(() -> leases(etcd) == 1);
			int before = this.samples.get();
			await().atMost(TTL).until(() -> this.samples.get() > before + 20);
			assertThat(registrant.states()).as("after the old leases have ended").isEqualTo("[REGISTERED]");
			sampler.shutdownNow();
			registrant.kill();
		}
		assertThat(this.holes).hasValue(0);
		assertThat(this.samples).hasValueGreaterThan(500);
	}

	/** The first line of the list says how many there are. */
	private static long leases(EtcdCluster etcd) {
		return etcd.etcdctl("lease", "list").lines().count() - 1;
	}

	private void sample(EtcdClient client) {
		this.samples.incrementAndGet();
		Lists.whole(client, KEY).whenComplete((listing, failure) -> {
			if (failure != null || listing.entries().isEmpty()) {
				this.holes.incrementAndGet();
			}
		});
	}

}
