package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchResponse;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClientSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How old what is shown is once a window was full, by what a server says then. */
class BacklogTests {

	private static final long HEAD = 1000;

	private static final String LONG_KEY = "a/" + "k".repeat(Entry.MAX_KEY);

	@RegisterExtension
	final StreamRig rig = new StreamRig();

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final WatchesRig own = this.rig.watches(EtcdClientSettings.of(this.rig.etcd.endpoint()), this.tasks::add);

	private final Recorder recorder = new Recorder();

	private FakeEtcd.Stream stream;

	/** All that came is applied, but etcd has said that there is more. */
	@BeforeEach
	void fillTheWindow() throws InterruptedException {
		this.own.watches.watch(StreamRig.RANGE, 1, this.recorder);
		this.stream = this.rig.etcd.nextStream();
		this.stream.next();
		this.stream.say(FakeEtcd.created(0));
		await().until(() -> this.tasks.size() == 1);
		apply();
		this.stream.say(IntStream.rangeClosed(101, 100 + Window.MESSAGES)
			.mapToObj((revision) -> FakeEtcd.events(0, FakeEtcd.put("a/1", revision)))
			.toArray(WatchResponse.Builder[]::new));
		await().until(() -> this.tasks.size() == Window.MESSAGES);
		this.rig.etcd.revision = HEAD;
		this.own.advance(Duration.ofMillis(500));
		await().until(() -> {
			this.own.advance(Duration.ofMillis(1));
			return this.own.watches.behindFor().compareTo(Duration.ofMillis(500)) > 0 && this.rig.etcd.reads.get() == 1;
		});
		apply();
		this.own.advance(Duration.ZERO);
	}

	@AfterEach
	void close() {
		this.own.close();
	}

	@Test
	void answersToNewWatchesDoNotMakeAQuietStreamLookBehind() throws InterruptedException {
		for (int id = 1; id <= 40; id++) {
			this.own.watches.watch(StreamRig.RANGE, 1, new Recorder());
			this.stream.next();
			this.stream.say(FakeEtcd.created(id));
			await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> !this.tasks.isEmpty());
			apply();
			this.own.advance(Duration.ofMillis(300));
		}
		assertThat(this.own.watches.behindFor()).isZero();
		assertThat(this.recorder.rest()).noneMatch(Recorder.Ended.class::isInstance);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aRevisionOfWhichAPartIsPassedOverIsNotAppliedBeforeTheOtherPartIs(boolean longKeyFirst) {
		Event passedOver = FakeEtcd.put(LONG_KEY, HEAD);
		Event told = FakeEtcd.put("a/1", HEAD);
		this.own.advance(Duration.ofMillis(300));
		Duration before = this.own.watches.behindFor();
		assertThat(before).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		this.stream.say(FakeEtcd.continued(FakeEtcd.events(0, longKeyFirst ? passedOver : told)),
				FakeEtcd.events(0, longKeyFirst ? told : passedOver));
		await().until(() -> this.tasks.size() == 1);
		this.own.advance(Duration.ofSeconds(1));
		assertThat(this.own.watches.behindFor()).isGreaterThanOrEqualTo(before.plusSeconds(1));
		apply();
		await().until(() -> {
			this.own.advance(Duration.ZERO);
			return this.own.watches.behindFor().isZero();
		});
	}

	private void apply() {
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			task.run();
		}
	}

}
