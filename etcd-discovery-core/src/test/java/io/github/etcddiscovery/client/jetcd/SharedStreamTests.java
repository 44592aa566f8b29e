package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a stream of many watches makes of what a server says, in any order it may say it.
 */
class SharedStreamTests {

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("a/"));

	private final FakeEtcd etcd = new FakeEtcd();

	private final WatchesRig rig = new WatchesRig(EtcdClientSettings.of(this.etcd.endpoint()), (builder) -> {
	}, Runnable::run);

	private final Recorder first = new Recorder();

	private final Recorder second = new Recorder();

	private final Recorder third = new Recorder();

	SharedStreamTests() throws IOException {
	}

	@AfterEach
	void close() {
		this.rig.close();
		this.etcd.close();
	}

	@Test
	void answersBelongToCreatesInTheirOrderAlsoWhereOneIsARefusal() throws InterruptedException {
		FakeEtcd.Stream stream = open(this.first, this.second, this.third);
		stream.say(FakeEtcd.created(7), FakeEtcd.refused("etcdserver: mvcc: duplicate watch ID"), FakeEtcd.created(3));
		this.first.next(Recorder.Confirmed.class);
		assertThat(this.second.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.UNAVAILABLE);
		this.third.next(Recorder.Confirmed.class);
		stream.say(FakeEtcd.events(3, FakeEtcd.put("a/1", 101)));
		assertThat(this.third.next(Recorder.Changed.class).events()).hasSize(1);
		assertThat(this.first.rest()).isEmpty();
	}

	@Test
	void aWatchThatIsClosedBeforeItHasAnIdIsCancelledWhenTheIdComes() throws InterruptedException {
		Watch closed = watch(this.first);
		FakeEtcd.Stream stream = this.etcd.nextStream();
		stream.next();
		watch(this.second);
		stream.next();
		closed.close();
		stream.say(FakeEtcd.created(0), FakeEtcd.created(1));
		assertThat(stream.next().getCancelRequest().getWatchId()).isZero();
		this.second.next(Recorder.Confirmed.class);
		assertThat(this.first.rest()).isEmpty();
	}

	@Test
	void theStreamEndsWithItsLastWatchAlsoWhereThatHasNoIdYet() throws InterruptedException {
		Watch one = watch(this.first);
		Watch other = watch(this.second);
		FakeEtcd.Stream stream = this.etcd.nextStream();
		stream.next();
		stream.next();
		stream.say(FakeEtcd.created(0));
		this.first.next(Recorder.Confirmed.class);
		one.close();
		assertThat(stream.next().getCancelRequest().getWatchId()).isZero();
		assertThat(stream.cancelled).isFalse();
		other.close();
		await().until(() -> stream.cancelled);
	}

	@Test
	void compactionThatIsTextOnlyEndsThatWatchAloneAndIsAnsweredByACancel() throws InterruptedException {
		FakeEtcd.Stream stream = confirmed(this.first, this.second);
		stream.say(FakeEtcd.message(0)
			.setCanceled(true)
			.setCancelReason("etcdserver: mvcc: required revision has been compacted"));
		assertThat(this.first.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.COMPACTED);
		assertThat(stream.next().getCancelRequest().getWatchId()).isZero();
		stream.say(FakeEtcd.events(1, FakeEtcd.put("a/1", 101)));
		this.second.next(Recorder.Changed.class);
		assertThat(this.first.rest()).isEmpty();
	}

	@Test
	void theAnswerToACancelAndWhatStillCameBeforeItAreNotTold() throws InterruptedException {
		Watch one = watch(this.first);
		FakeEtcd.Stream stream = this.etcd.nextStream();
		watch(this.second);
		stream.say(FakeEtcd.created(0), FakeEtcd.created(1));
		this.first.next(Recorder.Confirmed.class);
		one.close();
		stream.say(FakeEtcd.events(0, FakeEtcd.put("a/1", 101)), FakeEtcd.message(0).setCanceled(true),
				FakeEtcd.events(1, FakeEtcd.put("a/1", 101)));
		this.second.next(Recorder.Confirmed.class);
		this.second.next(Recorder.Changed.class);
		assertThat(this.first.rest()).isEmpty();
	}

	@Test
	void theEndOfTheStreamEndsAllItsWatchesAndTheNextOpensAnother() throws InterruptedException {
		FakeEtcd.Stream stream = open(this.first, this.second);
		stream.say(FakeEtcd.created(0));
		this.first.next(Recorder.Confirmed.class);
		stream.complete();
		assertThat(this.first.next(Recorder.Ended.class).cause()).hasMessageContaining("etcd has ended the stream");
		assertThat(this.second.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.UNAVAILABLE);
		watch(this.third);
		this.etcd.nextStream();
	}

	@Test
	void aConfirmationThatNobodyAskedForEndsTheStream() throws InterruptedException {
		FakeEtcd.Stream stream = confirmed(this.first);
		stream.say(FakeEtcd.created(1));
		this.first.next(Recorder.Ended.class);
		await().until(() -> stream.cancelled);
	}

	@Test
	void aRevisionThatIsSplitIsToldOnceItIsComplete() throws InterruptedException {
		FakeEtcd.Stream stream = confirmed(this.first, this.second);
		stream.say(FakeEtcd.continued(FakeEtcd.events(0, FakeEtcd.put("a/1", 101), FakeEtcd.put("a/1", 102))),
				FakeEtcd.continued(FakeEtcd.events(0, FakeEtcd.put("a/2", 102))));
		assertThat(revisions(this.first)).containsExactly(101L);
		stream.say(FakeEtcd.continued(FakeEtcd.events(0, FakeEtcd.put("a/3", 102), FakeEtcd.put("a/1", 103))));
		assertThat(revisions(this.first)).containsExactly(102L, 102L, 102L);
		stream.say(FakeEtcd.events(0, FakeEtcd.put("a/2", 103)));
		assertThat(revisions(this.first)).containsExactly(103L, 103L);
		stream.say(FakeEtcd.events(0, FakeEtcd.put("a/2", 104)));
		assertThat(revisions(this.first)).containsExactly(104L);
	}

	@Test
	void valuesThatAreTooLongAreDroppedAsTheyArrive() throws InterruptedException {
		FakeEtcd.Stream stream = confirmed(this.first);
		stream.say(FakeEtcd.events(0, FakeEtcd.put("a/1", 101, Entry.MAX_VALUE),
				FakeEtcd.put("a/2", 101, Entry.MAX_VALUE + 1)));
		List<WatchEvent> events = this.first.next(Recorder.Changed.class).events();
		assertThat(events).extracting((event) -> event.entry().oversized()).containsExactly(false, true);
		assertThat(events.get(1).entry().value()).isEqualTo(Bytes.EMPTY);
	}

	@Test
	void refusalThatAReadConfirmsEndsTheWatchAndOpensNothing() throws InterruptedException {
		FakeEtcd.Stream stream = confirmed(this.first);
		this.etcd.readsRefused = Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied");
		watch(this.second);
		stream.next();
		stream.say(FakeEtcd.refused("rpc error: code = PermissionDenied desc = etcdserver: permission denied"));
		assertThat(this.second.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.PERMISSION_DENIED);
		assertThat(this.etcd.reads).hasValue(1);
		watch(this.third);
		stream.next();
		assertThat(this.etcd.hasNoOtherStream()).isTrue();
	}

	@Test
	void refusalThatAReadDoesNotConfirmOpensAnotherStreamAndLeavesTheOldOneToItsWatches() throws InterruptedException {
		FakeEtcd.Stream old = confirmed(this.first);
		watch(this.second);
		old.next();
		old.say(FakeEtcd.refused("rpc error: code = PermissionDenied desc = etcdserver: permission denied"));
		FakeEtcd.Stream fresh = this.etcd.nextStream();
		fresh.next();
		fresh.say(FakeEtcd.created(0));
		this.second.next(Recorder.Confirmed.class);
		watch(this.third);
		fresh.next();
		old.say(FakeEtcd.events(0, FakeEtcd.put("a/1", 101)));
		this.first.next(Recorder.Changed.class);
		assertThat(old.cancelled).isFalse();
		assertThat(old.saidNothingElse()).isTrue();
	}

	@Test
	void aSecondRefusalEndsTheWatchWithoutAnotherRead() throws InterruptedException {
		watch(this.first);
		FakeEtcd.Stream stream = this.etcd.nextStream();
		stream.say(FakeEtcd.refused("etcdserver: invalid auth token"));
		FakeEtcd.Stream fresh = this.etcd.nextStream();
		await().until(() -> stream.cancelled);
		fresh.say(FakeEtcd.refused("etcdserver: invalid auth token"));
		this.first.next(Recorder.Ended.class);
		assertThat(this.etcd.reads).hasValue(1);
	}

	@Test
	void aWatchThatIsNotConfirmedEndsAloneWhereTheStreamGoesOnAndTheNextOneOpensAnother() throws InterruptedException {
		FakeEtcd.Stream stream = confirmed(this.first);
		watch(this.second);
		stream.next();
		this.rig.advance(Duration.ofSeconds(2));
		stream.say(FakeEtcd.events(0, FakeEtcd.put("a/1", 101)));
		this.first.next(Recorder.Changed.class);
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(this.second.next(Recorder.Ended.class).cause()).hasMessageContaining("has not confirmed the watch");
		stream.say(FakeEtcd.created(1));
		assertThat(stream.next().getCancelRequest().getWatchId()).isEqualTo(1);
		watch(this.third);
		this.etcd.nextStream();
		assertThat(stream.cancelled).isFalse();
		assertThat(this.first.rest()).isEmpty();
	}

	@Test
	void whereNothingHasComeSinceAWatchWasAskedForItsStreamEnds() throws InterruptedException {
		FakeEtcd.Stream stream = confirmed(this.first);
		this.rig.advance(Duration.ofSeconds(1));
		watch(this.second);
		stream.next();
		this.rig.advance(Duration.ofSeconds(3));
		this.second.next(Recorder.Ended.class);
		this.first.next(Recorder.Ended.class);
		await().until(() -> stream.cancelled);
	}

	@Test
	void aLongRequestTimeoutIsTheTimeToConfirmToo() throws InterruptedException {
		EtcdClientSettings patient = EtcdClientSettings.of(this.etcd.endpoint())
			.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(10));
		try (WatchesRig slow = new WatchesRig(patient, (builder) -> {
		}, Runnable::run)) {
			slow.watches.watch(RANGE, 1, this.first);
			FakeEtcd.Stream stream = this.etcd.nextStream();
			stream.next();
			slow.advance(Duration.ofMillis(9900));
			stream.say(FakeEtcd.created(0));
			this.first.next(Recorder.Confirmed.class);
		}
	}

	@Test
	void whatIsNewIsToldOnTheExecutorOfTheOwnerAndNothingAfterAClose() throws InterruptedException {
		Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
		Executor owner = tasks::add;
		try (WatchesRig own = new WatchesRig(EtcdClientSettings.of(this.etcd.endpoint()), (builder) -> {
		}, owner)) {
			Watch one = own.watches.watch(RANGE, 1, this.first);
			own.watches.watch(RANGE, 1, this.second);
			FakeEtcd.Stream stream = this.etcd.nextStream();
			stream.say(FakeEtcd.created(0), FakeEtcd.created(1), FakeEtcd.events(0, FakeEtcd.put("a/1", 101)));
			await().until(() -> tasks.size() == 3);
			assertThat(this.first.rest()).isEmpty();
			tasks.remove().run();
			this.first.next(Recorder.Confirmed.class);
			one.close();
			own.watches.close();
			tasks.forEach(Runnable::run);
			assertThat(this.first.rest()).isEmpty();
			assertThat(this.second.rest()).isEmpty();
			await().until(() -> stream.cancelled);
		}
	}

	private FakeEtcd.Stream confirmed(Recorder... recorders) throws InterruptedException {
		FakeEtcd.Stream stream = open(recorders);
		for (int i = 0; i < recorders.length; i++) {
			stream.say(FakeEtcd.created(i));
			recorders[i].next(Recorder.Confirmed.class);
		}
		return stream;
	}

	private FakeEtcd.Stream open(Recorder... recorders) throws InterruptedException {
		for (Recorder recorder : recorders) {
			watch(recorder);
		}
		FakeEtcd.Stream stream = this.etcd.nextStream();
		IntStream.range(0, recorders.length).forEach((i) -> nextOf(stream));
		return stream;
	}

	private static void nextOf(FakeEtcd.Stream stream) {
		try {
			assertThat(stream.next().getCreateRequest().getKey().toStringUtf8()).isEqualTo("a/");
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	private Watch watch(Recorder recorder) {
		return this.rig.watches.watch(RANGE, 50, recorder);
	}

	private static List<Long> revisions(Recorder recorder) {
		return recorder.next(Recorder.Changed.class)
			.events()
			.stream()
			.map((event) -> event.entry().modRevision())
			.toList();
	}

}
