package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Which watch of a stream a server means, and how streams and their watches end. */
class SharedStreamTests {

	@RegisterExtension
	final StreamRig rig = new StreamRig();

	private final Recorder first = new Recorder();

	private final Recorder second = new Recorder();

	private final Recorder third = new Recorder();

	@Test
	void answersBelongToCreatesInTheirOrderAlsoWhereOneIsARefusal() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.open(this.first, this.second, this.third);
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
		Watch closed = this.rig.watch(this.first);
		FakeEtcd.Stream stream = this.rig.etcd.nextStream();
		stream.next();
		this.rig.watch(this.second);
		stream.next();
		closed.close();
		stream.say(FakeEtcd.created(0), FakeEtcd.created(1));
		assertThat(stream.next().getCancelRequest().getWatchId()).isZero();
		this.second.next(Recorder.Confirmed.class);
		assertThat(this.first.rest()).isEmpty();
	}

	@Test
	void theStreamEndsWithItsLastWatchAlsoWhereThatHasNoIdYet() throws InterruptedException {
		Watch one = this.rig.watch(this.first);
		Watch other = this.rig.watch(this.second);
		FakeEtcd.Stream stream = this.rig.etcd.nextStream();
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
		FakeEtcd.Stream stream = this.rig.confirmed(this.first, this.second);
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
	void theEndOfTheStreamEndsAllItsWatchesAndTheNextOpensAnother() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.open(this.first, this.second);
		stream.say(FakeEtcd.created(0));
		this.first.next(Recorder.Confirmed.class);
		stream.complete();
		assertThat(this.first.next(Recorder.Ended.class).cause()).hasMessageContaining("etcd has ended the stream");
		assertThat(this.second.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.UNAVAILABLE);
		this.rig.watch(this.third);
		this.rig.etcd.nextStream();
	}

	@Test
	void aStreamWhoseNewsFoundNoMemoryEndsAndIsBehindNoMore() throws InterruptedException {
		AtomicBoolean scarce = new AtomicBoolean();
		try (WatchesRig own = this.rig.watches(EtcdClientSettings.of(this.rig.etcd.endpoint()), (task) -> {
			if (scarce.getAndSet(false)) {
				throw new InternalError("as a test has it");
			}
			task.run();
		})) {
			own.watches.watch(StreamRig.RANGE, 50, this.first);
			FakeEtcd.Stream stream = this.rig.etcd.nextStream();
			stream.next();
			stream.say(FakeEtcd.created(0));
			this.first.next(Recorder.Confirmed.class);
			scarce.set(true);
			stream.say(FakeEtcd.events(0, FakeEtcd.put("a/1", 101)));
			assertThat(this.first.next(Recorder.Ended.class).cause()).hasRootCauseMessage("as a test has it");
			own.advance(Duration.ofMinutes(1));
			assertThat(own.watches.behindFor()).isZero();
		}
	}

	@Test
	void ofTheWatchesOfAStreamThatEndsOneThatFindsNoMemoryIsToldLaterAndTheOthersAtOnce() throws InterruptedException {
		AtomicBoolean scarce = new AtomicBoolean();
		try (WatchesRig own = this.rig.watches(EtcdClientSettings.of(this.rig.etcd.endpoint()), (task) -> {
			if (scarce.getAndSet(false)) {
				throw new InternalError("as a test has it");
			}
			task.run();
		})) {
			for (Recorder each : List.of(this.first, this.second, this.third)) {
				own.watches.watch(StreamRig.RANGE, 50, each);
			}
			FakeEtcd.Stream stream = this.rig.etcd.nextStream();
			stream.say(FakeEtcd.created(0), FakeEtcd.created(1));
			this.first.next(Recorder.Confirmed.class);
			this.second.next(Recorder.Confirmed.class);
			scarce.set(true);
			stream.complete();
			this.second.next(Recorder.Ended.class);
			this.third.next(Recorder.Ended.class);
			assertThat(this.first.rest()).isEmpty();
			own.advance(Duration.ofSeconds(1));
			assertThat(this.first.next(Recorder.Ended.class).cause()).hasMessageContaining("etcd has ended the stream");
		}
	}

	/** What the calls of an interceptor of a user do nobody knows. */
	@Test
	void aStreamThatEndsEndsItsWatchesThoughItsCallThrowsAtTheEnd() throws InterruptedException {
		try (WatchesRig own = new WatchesRig(EtcdClientSettings.of(this.rig.etcd.endpoint()),
				(builder) -> builder.interceptor(new ThrowsWhenCancelled()), Runnable::run)) {
			own.watches.watch(StreamRig.RANGE, 50, this.first);
			own.watches.watch(StreamRig.RANGE, 50, this.second);
			FakeEtcd.Stream stream = this.rig.etcd.nextStream();
			stream.say(FakeEtcd.created(0));
			this.first.next(Recorder.Confirmed.class);
			stream.complete();
			this.first.next(Recorder.Ended.class);
			this.second.next(Recorder.Ended.class);
		}
	}

	@Test
	void aConfirmationThatNobodyAskedForEndsTheStream() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first);
		stream.say(FakeEtcd.created(1));
		this.first.next(Recorder.Ended.class);
		await().until(() -> stream.cancelled);
	}

}
