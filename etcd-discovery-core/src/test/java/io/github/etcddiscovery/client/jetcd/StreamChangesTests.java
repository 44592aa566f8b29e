package io.github.etcddiscovery.client.jetcd;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What watches of one stream tell of the changes that a server sends. */
class StreamChangesTests {

	@RegisterExtension
	final StreamRig rig = new StreamRig();

	private final Recorder first = new Recorder();

	private final Recorder second = new Recorder();

	@Test
	void theAnswerToACancelAndWhatStillCameBeforeItAreNotTold() throws InterruptedException {
		Watch one = this.rig.watch(this.first);
		FakeEtcd.Stream stream = this.rig.etcd.nextStream();
		this.rig.watch(this.second);
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
	void aRevisionThatIsSplitIsToldOnceItIsComplete() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first, this.second);
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
		FakeEtcd.Stream stream = this.rig.confirmed(this.first);
		stream.say(FakeEtcd.events(0, FakeEtcd.put("a/1", 101, Entry.MAX_VALUE),
				FakeEtcd.put("a/2", 101, Entry.MAX_VALUE + 1)));
		List<WatchEvent> events = this.first.next(Recorder.Changed.class).events();
		assertThat(events).extracting((event) -> event.entry().oversized()).containsExactly(false, true);
		assertThat(events.get(1).entry().value()).isEqualTo(Bytes.EMPTY);
	}

	@Test
	void changesUnderLongKeysAreNotTold() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first);
		String longest = "a/" + "k".repeat(Entry.MAX_KEY - 2);
		stream.say(FakeEtcd.events(0, FakeEtcd.put(longest + "k", 101)),
				FakeEtcd.events(0, FakeEtcd.put(longest, 102), FakeEtcd.put(longest + "k", 103)),
				FakeEtcd.continued(FakeEtcd.events(0, FakeEtcd.put("a/1", 104), FakeEtcd.put(longest + "k", 104))),
				FakeEtcd.continued(FakeEtcd.events(0, FakeEtcd.put(longest + "k", 104))),
				FakeEtcd.events(0, FakeEtcd.put(longest + "k", 104)), FakeEtcd.events(0, FakeEtcd.put("a/2", 105)));
		assertThat(revisions(this.first)).containsExactly(102L);
		assertThat(revisions(this.first)).containsExactly(104L);
		assertThat(revisions(this.first)).containsExactly(105L);
	}

	@Test
	void whatIsNewIsToldOnTheExecutorOfTheOwnerAndNothingAfterAClose() throws InterruptedException {
		Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
		Executor owner = tasks::add;
		EtcdClientSettings settings = EtcdClientSettings.of(this.rig.etcd.endpoint());
		try (WatchesRig own = this.rig.watches(settings, owner)) {
			Watch one = own.watches.watch(StreamRig.RANGE, 1, this.first);
			own.watches.watch(StreamRig.RANGE, 1, this.second);
			FakeEtcd.Stream stream = this.rig.etcd.nextStream();
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

	private static List<Long> revisions(Recorder recorder) {
		return recorder.next(Recorder.Changed.class)
			.events()
			.stream()
			.map((event) -> event.entry().modRevision())
			.toList();
	}

}
