package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;

import io.github.etcddiscovery.client.EtcdClientSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Watches that a server does not confirm in time. */
class StreamConfirmationTests {

	@RegisterExtension
	final StreamRig rig = new StreamRig();

	private final Recorder first = new Recorder();

	private final Recorder second = new Recorder();

	private final Recorder third = new Recorder();

	@Test
	void aWatchThatIsNotConfirmedEndsAloneWhereTheStreamGoesOnAndTheNextOneOpensAnother() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first);
		this.rig.watch(this.second);
		stream.next();
		this.rig.advance(Duration.ofSeconds(2));
		stream.say(FakeEtcd.events(0, FakeEtcd.put("a/1", 101)));
		this.first.next(Recorder.Changed.class);
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(this.second.next(Recorder.Ended.class).cause()).hasMessageContaining("has not confirmed the watch");
		stream.say(FakeEtcd.created(1));
		assertThat(stream.next().getCancelRequest().getWatchId()).isEqualTo(1);
		this.rig.watch(this.third);
		this.rig.etcd.nextStream();
		assertThat(stream.cancelled).isFalse();
		assertThat(this.first.rest()).isEmpty();
	}

	@Test
	void whereNothingHasComeSinceAWatchWasAskedForItsStreamEnds() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first);
		this.rig.advance(Duration.ofSeconds(1));
		this.rig.watch(this.second);
		stream.next();
		this.rig.advance(Duration.ofSeconds(3));
		this.second.next(Recorder.Ended.class);
		this.first.next(Recorder.Ended.class);
		await().until(() -> stream.cancelled);
	}

	@Test
	void aLongRequestTimeoutIsTheTimeToConfirmToo() throws InterruptedException {
		EtcdClientSettings patient = EtcdClientSettings.of(this.rig.etcd.endpoint())
			.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(10));
		try (WatchesRig slow = this.rig.watches(patient, Runnable::run)) {
			slow.watches.watch(StreamRig.RANGE, 1, this.first);
			FakeEtcd.Stream stream = this.rig.etcd.nextStream();
			stream.next();
			slow.advance(Duration.ofMillis(9900));
			stream.say(FakeEtcd.created(0));
			this.first.next(Recorder.Confirmed.class);
		}
	}

}
