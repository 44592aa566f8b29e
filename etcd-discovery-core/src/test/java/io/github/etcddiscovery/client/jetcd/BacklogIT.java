package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An owner that applies later than etcd tells: what waits where, and how old it is. */
class BacklogIT {

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("backlog/"));

	private static final int SIZE = 50_000;

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final WatchTraffic traffic = new WatchTraffic();

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final WatchesRig rig = new WatchesRig(EtcdClientSettings.of(etcd.endpoint()),
			(builder) -> builder.interceptor(this.traffic), this.tasks::add);

	private final LargeWrites writes = new LargeWrites(etcd.endpoint());

	private final Recorder recorder = new Recorder();

	private long before;

	@BeforeEach
	void watch() {
		this.before = etcd.revision();
		this.rig.watches.watch(RANGE, 0, this.recorder);
		await().until(() -> !this.tasks.isEmpty());
		apply();
		this.recorder.next(Recorder.Confirmed.class);
	}

	@AfterEach
	void close() {
		this.rig.close();
	}

	@Test
	void atMostEightMebibytesAreTakenAndTheRestIsToldInOrderOnceTheyAreApplied() {
		int changes = 1000;
		this.writes.putAgainAndAgain("backlog/a", changes, SIZE);
		awaitFull();
		assertThat((long) this.tasks.size() * SIZE).isBetween(Window.BYTES / 2, Window.BYTES + 40L * SIZE);
		assertThat(applyAll(changes))
			.containsExactlyElementsOf(LongStream.rangeClosed(this.before + 1, this.before + changes).boxed().toList());
		assertThat(this.rig.watches.behindFor()).isZero();
	}

	@Test
	void atMostTwoHundredAndFiftySixMessagesAreTaken() {
		int changes = 1000;
		this.writes.putAgainAndAgain("backlog/a", changes, 10);
		awaitFull();
		assertThat(this.tasks.size()).isBetween(Window.MESSAGES - 40, Window.MESSAGES);
		assertThat(applyAll(changes)).hasSize(changes).isSorted();
	}

	@Test
	void whileTheWindowIsFullTheRevisionOfEtcdIsAskedForAndItsAgeIsKnown() {
		this.writes.putAgainAndAgain("backlog/a", 1000, SIZE);
		awaitFull();
		this.rig.advance(Duration.ofMillis(500));
		await().until(() -> this.traffic.reads.get() == 1);
		assertThat(this.rig.watches.behindFor()).isEqualTo(Duration.ofMillis(500));
		this.rig.advance(Duration.ofMillis(500));
		await().until(() -> this.traffic.reads.get() == 2);
		this.rig.advance(Duration.ofMillis(250));
		assertThat(this.rig.watches.behindFor()).isEqualTo(Duration.ofMillis(1250));
		applyHere();
		await().until(() -> this.rig.watches.behindFor().equals(Duration.ofMillis(750)));
		applyAll(1000);
		await().until(() -> this.rig.watches.behindFor().isZero());
		int reads = this.traffic.reads.get();
		this.rig.advance(Duration.ofSeconds(20));
		assertThat(this.traffic.reads).as("what is applied in time is not asked for").hasValueLessThan(reads + 3);
		assertThat(revisions()).hasSize(1000).isSorted();
	}

	/** There is room again here, but what etcd has told of is older than it seems. */
	@Test
	void untilWhatEtcdHadIsAppliedItIsAskedWhatItHasMadeSince() {
		this.writes.putAgainAndAgain("backlog/a", 1000, 10);
		awaitFull();
		await().until(() -> {
			while (revisions().size() < 900 && !this.tasks.isEmpty()) {
				this.tasks.remove().run();
			}
			return revisions().size() >= 900;
		});
		for (int reads = 1; reads <= 3; reads++) {
			this.rig.advance(Duration.ofMillis(500));
			awaitReads(reads);
			assertThat(this.rig.watches.behindFor())
				.isGreaterThanOrEqualTo(Duration.ofMillis(500).multipliedBy(reads - 1));
		}
		assertThat(applyAll(1000)).isSorted();
		await().until(() -> this.rig.watches.behindFor().isZero());
	}

	@Test
	void whatOthersWriteIsNoReasonToCallAQuietWatchBehind() {
		this.writes.putAgainAndAgain("backlog/a", 1000, 10);
		awaitFull();
		this.writes.putAgainAndAgain("elsewhere/a", 10, 10);
		this.rig.advance(Duration.ofMillis(500));
		await().until(() -> this.traffic.reads.get() == 1);
		applyAll(1000);
		await().until(() -> {
			this.rig.advance(Duration.ofMillis(500));
			return this.rig.watches.behindFor().isZero();
		});
		assertThat(revisions()).as("and its watch goes on").hasSize(1000);
	}

	@Test
	void aStreamThatIsTenSecondsBehindEndsItsWatches() {
		this.writes.putAgainAndAgain("backlog/a", 1000, 10);
		awaitFull();
		for (int i = 0; i < 21; i++) {
			this.rig.advance(Duration.ofMillis(500));
		}
		await().until(() -> this.tasks.size() == Window.MESSAGES + 1 || endIsThere());
		apply();
		List<Object> told = this.recorder.rest();
		assertThat(told.get(told.size() - 1)).isInstanceOfSatisfying(Recorder.Ended.class,
				(end) -> assertThat(end.cause().kind()).isEqualTo(Kind.UNAVAILABLE));
		await().until(() -> this.rig.watches.behindFor().isZero());
	}

	private boolean endIsThere() {
		apply();
		return this.recorder.rest().stream().anyMatch(Recorder.Ended.class::isInstance);
	}

	/** Nothing more comes, though etcd has more. */
	private void awaitFull() {
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			int received = this.traffic.received.get();
			await().pollDelay(Duration.ofMillis(200)).until(() -> true);
			return received > 1 && this.traffic.received.get() == received;
		});
	}

	private void awaitReads(int reads) {
		await().until(() -> this.traffic.reads.get() == reads);
	}

	private void apply() {
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			task.run();
		}
	}

	/** Applies what has come so far, and nothing that this makes room for. */
	private void applyHere() {
		int here = this.tasks.size();
		for (int i = 0; i < here; i++) {
			this.tasks.remove().run();
		}
	}

	private List<Long> applyAll(int changes) {
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			apply();
			return revisions().size() == changes;
		});
		return revisions();
	}

	private List<Long> revisions() {
		return this.recorder.rest()
			.stream()
			.flatMap((told) -> ((Recorder.Changed) told).events().stream())
			.map((event) -> event.entry().modRevision())
			.toList();
	}

}
