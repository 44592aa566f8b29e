package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Streams on which nothing comes: time is driven by hand, etcd is a real one. */
class SilenceIT {

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("silence/"));

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	private final WatchTraffic traffic = new WatchTraffic();

	private final WatchesRig rig = new WatchesRig(EtcdClientSettings.of(etcd.endpoint()),
			(builder) -> builder.interceptor(this.traffic), Runnable::run);

	private final Recorder recorder = new Recorder();

	@AfterEach
	void close() {
		this.rig.close();
		etcd.cluster().unfreeze();
	}

	@Test
	void oneCompactedWatchOfManyOnAQuietEtcdEndsNothingElseAndCostsNoRead() {
		etcd.put("silence/a", "1");
		etcd.put("silence/a", "2");
		long revision = etcd.revision();
		etcd.compact(revision);
		List<Recorder> recorders = IntStream.range(0, 200).mapToObj((i) -> {
			Recorder each = new Recorder();
			this.rig.watches.watch(KeyRange.prefix(Bytes.utf8("silence/" + i + "/")), (i == 77) ? 1 : revision, each);
			return each;
		}).toList();
		recorders.forEach((each) -> each.next(Recorder.Confirmed.class));
		assertThat(recorders.get(77).next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.COMPACTED);
		for (int second = 0; second < 600; second++) {
			int asked = this.traffic.progressRequests.get();
			int received = this.traffic.received.get();
			this.rig.advance(Duration.ofSeconds(1));
			if (this.traffic.progressRequests.get() > asked) {
				await().until(() -> this.traffic.received.get() > received);
			}
		}
		assertThat(this.traffic.progressRequests.get()).as("questions in 600 s").isBetween(18, 20);
		assertThat(recorders).allSatisfy((each) -> assertThat(each.rest()).isEmpty());
		assertThat(this.traffic.reads).hasValue(0);
		assertThat(this.traffic.streams).hasValue(1);
		etcd.put("silence/42/a", "1");
		recorders.get(42).next(Recorder.Changed.class);
	}

	@Test
	void aStreamThatGivesNoSignOfLifeEndsWithAllItsWatches() {
		Recorder other = new Recorder();
		this.rig.watches.watch(RANGE, 0, this.recorder);
		this.rig.watches.watch(RANGE, 0, other);
		this.recorder.next(Recorder.Confirmed.class);
		other.next(Recorder.Confirmed.class);
		etcd.cluster().freeze();
		passSilently(Duration.ofSeconds(30));
		assertThat(this.traffic.progressRequests).hasValue(1);
		passSilently(Duration.ofSeconds(3));
		await().until(() -> this.traffic.reads.get() == 1);
		passSilently(Duration.ofSeconds(3));
		assertThat(this.recorder.next(Recorder.Ended.class).cause()).hasMessageContaining("no sign of life")
			.extracting("kind")
			.isEqualTo(Kind.UNAVAILABLE);
		other.next(Recorder.Ended.class);
		assertThat(this.traffic.reads).hasValue(1);
	}

	@Test
	void aStreamIsRightToBeSilentUntilEtcdHasComeToWhereAWatchBegins() {
		this.rig.watches.watch(RANGE, etcd.revision() + 1, this.recorder);
		this.recorder.next(Recorder.Confirmed.class);
		int received = this.traffic.received.get();
		for (int i = 0; i < 5; i++) {
			passSilently(Duration.ofSeconds(30));
			passSilently(Duration.ofSeconds(3));
		}
		assertThat(this.traffic.progressRequests).hasValue(5);
		boolean silent = etcd.cluster().binaries().version().minor() >= 5;
		assertThat(this.traffic.received.get() - received).as("signs of life").isEqualTo(silent ? 0 : 5);
		assertThat(this.recorder.rest()).isEmpty();
		etcd.put("silence/a", "1");
		this.recorder.next(Recorder.Changed.class);
	}

	/** Moves time on, and lets the client's threads do what that makes them do. */
	private void passSilently(Duration duration) {
		this.rig.advance(duration);
		await().during(Duration.ofMillis(200)).until(() -> true);
	}

}
