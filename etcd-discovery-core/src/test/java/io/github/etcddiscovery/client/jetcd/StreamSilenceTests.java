package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Streams on which a server that answers everything else says nothing. */
class StreamSilenceTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Duration ANSWER = Duration.ofSeconds(3);

	@RegisterExtension
	final StreamRig rig = new StreamRig();

	private final Recorder first = new Recorder();

	private final Recorder second = new Recorder();

	@Test
	void nothingIsAskedBeforeThirtySecondsHaveBeenSilentAndThenOnceForAllWatches() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first, this.second);
		this.rig.advance(LIMIT.minusMillis(1));
		assertThat(stream.saidNothingElse()).isTrue();
		this.rig.advance(Duration.ofMillis(1));
		assertThat(stream.next().hasProgressRequest()).isTrue();
		assertThat(stream.saidNothingElse()).isTrue();
	}

	@Test
	void anEventPutsTheQuestionOff() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first);
		this.rig.advance(Duration.ofSeconds(20));
		stream.say(FakeEtcd.events(0, FakeEtcd.put("a/1", 101)));
		this.first.next(Recorder.Changed.class);
		this.rig.advance(Duration.ofSeconds(29));
		assertThat(stream.saidNothingElse()).isTrue();
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(stream.next().hasProgressRequest()).isTrue();
	}

	@Test
	void anAnswerProvesLifeCostsNoReadAndTellsNothing() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first);
		for (int i = 0; i < 5; i++) {
			// No further than to the question: the answer has its time from there on.
			this.rig.advance((i == 0) ? LIMIT : LIMIT.minus(ANSWER));
			assertThat(stream.next().hasProgressRequest()).isTrue();
			stream.say(FakeEtcd.message(-1), FakeEtcd.events(0, FakeEtcd.put("a/1", 101 + i)));
			this.first.next(Recorder.Changed.class);
			this.rig.advance(ANSWER);
		}
		assertThat(this.first.rest()).isEmpty();
		assertThat(this.rig.etcd.reads).hasValue(0);
	}

	@Test
	void aStreamThatIsDeadThoughEtcdAnswersEndsAfterOneReadAndNothingThatItSaysLaterIsTold()
			throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first, this.second);
		this.rig.etcd.revision = 100;
		this.rig.advance(LIMIT);
		assertThat(stream.next().hasProgressRequest()).isTrue();
		this.rig.advance(ANSWER);
		assertThat(this.first.next(Recorder.Ended.class).cause()).hasMessageContaining("no sign of life")
			.extracting("kind")
			.isEqualTo(Kind.UNAVAILABLE);
		this.second.next(Recorder.Ended.class);
		assertThat(this.rig.etcd.reads).hasValue(1);
		stream.say(FakeEtcd.events(0, FakeEtcd.put("a/1", 101)));
		await().until(() -> stream.cancelled);
		assertThat(this.first.rest()).isEmpty();
	}

	@Test
	void aStreamMayBeSilentUntilEtcdHasComeToWhereItsWatchBegins() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first);
		this.rig.etcd.revision = 49;
		for (int i = 1; i <= 3; i++) {
			this.rig.advance(LIMIT);
			assertThat(stream.next().hasProgressRequest()).isTrue();
			this.rig.advance(ANSWER);
			int reads = i;
			await().until(() -> this.rig.etcd.reads.get() == reads);
			this.rig.settle();
			assertThat(this.first.rest()).isEmpty();
		}
		this.rig.etcd.revision = 50;
		this.rig.advance(LIMIT);
		assertThat(stream.next().hasProgressRequest()).isTrue();
		this.rig.advance(ANSWER);
		this.first.next(Recorder.Ended.class);
	}

	@Test
	void noSignOfLifeIsAskedForWhileNoWatchIsConfirmed() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first);
		this.rig.watch(this.second);
		stream.next();
		stream.say(FakeEtcd.message(0).setCanceled(true));
		this.first.next(Recorder.Ended.class);
		assertThat(stream.next().hasCancelRequest()).isTrue();
		this.rig.advance(ANSWER);
		this.second.next(Recorder.Ended.class);
		this.rig.advance(LIMIT);
		assertThat(stream.saidNothingElse()).isTrue();
		await().until(() -> stream.cancelled);
	}

}
