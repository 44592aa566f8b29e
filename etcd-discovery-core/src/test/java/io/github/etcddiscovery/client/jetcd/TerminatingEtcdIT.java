package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * From 3.5 on an etcd that gets SIGTERM takes no new call, and goes on answering on
 * streams that are open: for 5 s and two election timeouts, which are 7 s as etcd is set
 * up by default.
 */
@Tag("long")
class TerminatingEtcdIT {

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("term/"));

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension
		.of(EtcdSettings.defaults().withFlag("heartbeat-interval", "100").withFlag("election-timeout", "1000"));

	private final AtomicInteger renewalStreams = new AtomicInteger();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()), (builder) -> builder
		.interceptor(new BeforeCall("etcdserverpb.Lease/LeaseKeepAlive", this.renewalStreams::incrementAndGet)));

	@AfterEach
	void close() {
		this.client.close();
		etcd.cluster().start();
	}

	@Test
	void renewalsGoOnUntilTheEndWhateverCallsBesideThemFail() {
		assumeThat(etcd.cluster().binaries().version().minor()).isGreaterThanOrEqualTo(5);
		Lease lease = Await.value(this.client.grant(Duration.ofSeconds(2)));
		Recorder recorder = new Recorder();
		this.client.watches(Runnable::run).watch(RANGE, 0, recorder);
		recorder.next(Recorder.Confirmed.class);
		renew(lease);
		int streams = this.renewalStreams.get();
		CompletableFuture<Void> end = CompletableFuture.runAsync(() -> etcd.cluster().stop(), OWN_THREADS);
		long start = System.nanoTime();
		AtomicInteger failed = new AtomicInteger();
		await().atMost(Duration.ofSeconds(20))
			.pollInterval(FixedPollInterval.fixed(Duration.ofMillis(100)))
			.until(() -> {
				this.client.probe(RANGE).whenComplete((revision, error) -> {
					if (error != null) {
						failed.incrementAndGet();
					}
				});
				renew(lease);
				return System.nanoTime() - start > Duration.ofMillis(6200).toNanos();
			});
		assertThat(end).isNotDone();
		assertThat(failed).hasPositiveValue();
		assertThat(this.renewalStreams).hasValue(streams);
	}

	private void renew(Lease lease) {
		assertThat(Await.value(this.client.renew(lease.id(), Duration.ofSeconds(1)))).isEqualTo(lease.ttl());
	}

}
