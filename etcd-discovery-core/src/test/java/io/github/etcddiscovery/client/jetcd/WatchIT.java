package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.github.etcddiscovery.test.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How a watch begins, what it tells, and every way that it ends. */
class WatchIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	@RegisterExtension
	final ProxiedClient own = new ProxiedClient(etcd);

	private final Recorder recorder = new Recorder();

	private final ExecutorService owner = Executors.newSingleThreadExecutor();

	private Watches watches;

	@BeforeEach
	void open() {
		Await.answer(() -> this.own.client.probe(this.own.range));
		this.watches = this.own.client.watches(this.owner);
	}

	@AfterEach
	void close() {
		this.watches.close();
		this.owner.shutdown();
	}

	@Test
	void tellsPutsAndDeletionsInOrder() {
		long revision = etcd.revision();
		watch(revision + 1);
		long lease = etcd.grant(Duration.ofSeconds(60));
		etcd.put(this.own.prefix + "a", "1", lease);
		etcd.revoke(lease);
		assertThat(this.recorder.next(Recorder.Changed.class).events())
			.containsExactly(new WatchEvent(WatchEvent.Type.PUT,
					new Entry(Bytes.utf8(this.own.prefix + "a"), Bytes.utf8("1"), lease, revision + 1)));
		assertThat(this.recorder.next(Recorder.Changed.class).events()).containsExactly(new WatchEvent(
				WatchEvent.Type.DELETE, new Entry(Bytes.utf8(this.own.prefix + "a"), Bytes.EMPTY, 0, revision + 2)));
	}

	@Test
	void confirmationCarriesTheRevisionOfTheMember() {
		long revision = etcd.revision();
		this.watches.watch(this.own.range, revision + 1, this.recorder);
		assertThat(this.recorder.next(Recorder.Confirmed.class).revision()).isEqualTo(revision);
	}

	@Test
	void tellsWhatHappenedBeforeItWasOpened() {
		long revision = etcd.revision();
		etcd.put(this.own.prefix + "a", "1");
		etcd.put(this.own.prefix + "b", "2");
		watch(revision + 1);
		assertThat(this.recorder.next(Recorder.Changed.class).events()).extracting((event) -> event.entry().value())
			.containsExactly(Bytes.utf8("1"), Bytes.utf8("2"));
	}

	/** Of 2.5 MB, which etcd splits because it was asked to. */
	@Test
	void changesOfOneRevisionAreToldInOneCall() {
		int keys = 2500;
		LargeWrites writes = new LargeWrites(etcd.endpoint());
		for (int i = 0; i < keys / 125; i++) {
			writes.putAtOnce(this.own.prefix + "x".repeat(1000) + i + "/", 125, 0);
		}
		long revision = etcd.revision();
		WatchTraffic traffic = new WatchTraffic();
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()),
				(builder) -> builder.interceptor(traffic)); Watches watches = client.watches(this.owner)) {
			watches.watch(this.own.range, revision + 1, this.recorder);
			this.recorder.next(Recorder.Confirmed.class);
			etcd.etcdctl("del", "--prefix", this.own.prefix);
			assertThat(this.recorder.next(Recorder.Changed.class).events()).hasSize(keys)
				.allMatch((event) -> event.type() == WatchEvent.Type.DELETE
						&& event.entry().modRevision() == revision + 1);
			assertThat(traffic.received.get()).as("the confirmation and the parts").isGreaterThan(2);
		}
	}

	@Test
	void otherKeysAreNotTold() {
		watch(etcd.revision() + 1);
		etcd.put("elsewhere/" + this.own.prefix, "1");
		etcd.put(this.own.prefix + "a", "2");
		assertThat(this.recorder.next(Recorder.Changed.class).events()).hasSize(1);
	}

	@Test
	void compactedRevisionEndsIt() {
		etcd.put(this.own.prefix + "a", "1");
		long revision = etcd.revision();
		etcd.put(this.own.prefix + "a", "2");
		etcd.compact(revision + 1);
		this.watches.watch(this.own.range, revision, this.recorder);
		Object first = this.recorder.next(Object.class);
		Recorder.Ended end = (first instanceof Recorder.Ended ended) ? ended : this.recorder.next(Recorder.Ended.class); // etcd
																															// confirms
																															// first
		assertThat(end.cause().kind()).isEqualTo(Kind.COMPACTED);
		assertThat(end.cause()).hasMessageContaining("watch of " + this.own.prefix + "*")
			.hasMessageContaining("the oldest is " + (revision + 1));
		awaitStreams(0);
	}

	@Test
	void deathOfEtcdEndsIt() {
		watch(etcd.revision() + 1);
		etcd.cluster().kill();
		assertThat(this.recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.UNAVAILABLE);
	}

	@Test
	void cutConnectionEndsItOnce() {
		Watch watch = watch(etcd.revision() + 1);
		etcd.cluster().proxy().disconnect();
		assertThat(this.recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.UNAVAILABLE);
		Await.value(this.own.client.probe(this.own.range));
		etcd.put(this.own.prefix + "a", "1");
		watch.close();
		this.own.client.close();
		assertThat(this.recorder.rest()).isEmpty();
	}

	@Test
	void connectionCutInTheMiddleOfTheHistoryEndsIt() {
		long revision = etcd.revision();
		IntStream.range(0, 20).forEach((i) -> etcd.put(this.own.prefix + i, "x".repeat(1000)));
		Await.value(this.own.client.probe(this.own.range));
		etcd.cluster().proxy().disconnectAfter(TcpProxy.Direction.TO_CLIENT, 5000);
		this.watches.watch(this.own.range, revision + 1, this.recorder);
		Object last = this.recorder.next(Object.class);
		while (!(last instanceof Recorder.Ended)) {
			assertThat(last).isInstanceOf(Recorder.Confirmed.class);
			last = this.recorder.next(Object.class);
		}
	}

	@Test
	void watchThatIsNotConfirmedInTimeEnds() {
		Await.value(this.own.client.probe(this.own.range));
		etcd.cluster().freeze();
		long start = System.nanoTime();
		this.watches.watch(this.own.range, 1, this.recorder);
		assertThat(this.recorder.next(Recorder.Ended.class).cause()).hasMessageContaining("has not confirmed the watch")
			.extracting("kind")
			.isEqualTo(Kind.UNAVAILABLE);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(2900));
	}

	@Test
	void watchEndsAtOnceWhereNothingListens() {
		etcd.cluster().kill();
		this.watches.watch(this.own.range, 1, this.recorder);
		assertThat(this.recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.UNAVAILABLE);
	}

	@Test
	void nothingIsToldAfterClose() {
		Watch watch = watch(etcd.revision() + 1);
		watch.close();
		watch.close();
		etcd.put(this.own.prefix + "a", "1");
		awaitStreams(0);
		assertThat(this.recorder.rest()).isEmpty();
	}

	@Test
	void watchThatIsClosedAtOnceTellsNothing() {
		this.watches.watch(this.own.range, 1, this.recorder).close();
		Await.value(this.own.client.probe(this.own.range));
		awaitStreams(0);
		assertThat(this.recorder.rest()).isEmpty();
	}

	@Test
	void closedClientEndsIt() {
		watch(etcd.revision() + 1);
		this.own.client.close();
		assertThat(this.recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.CLOSED);
	}

	@Test
	void closedClientOpensNone() {
		this.own.client.close();
		this.watches.watch(this.own.range, 1, this.recorder);
		assertThat(this.recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.CLOSED);
	}

	@Test
	void manyWatchesShareOneConnection() {
		Await.value(this.own.client.probe(this.own.range));
		long before = etcd.cluster().proxy().accepted();
		long revision = etcd.revision();
		List<Recorder> recorders = IntStream.range(0, 200).mapToObj((i) -> new Recorder()).toList();
		recorders.forEach((recorder) -> this.watches.watch(this.own.range, revision + 1, recorder));
		recorders.forEach((recorder) -> recorder.next(Recorder.Confirmed.class));
		etcd.put(this.own.prefix + "a", "1");
		recorders.forEach((recorder) -> recorder.next(Recorder.Changed.class));
		assertThat(etcd.cluster().proxy().accepted()).isEqualTo(before);
	}

	private Watch watch(long fromRevision) {
		Watch watch = this.watches.watch(this.own.range, fromRevision, this.recorder);
		this.recorder.next(Recorder.Confirmed.class);
		return watch;
	}

	/** etcd keeps streams whose client has only stopped listening. */
	private static void awaitStreams(int expected) {
		await().atMost(Duration.ofSeconds(10)).until(() -> new Metrics(etcd.endpoint()).watchStreams() == expected);
	}

}
