package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Many watches on few streams of a real etcd that allows no more than 100 of them. */
class SharedWatchesIT {

	private static final int MANY = 1000;

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults()
		.withProxies()
		.withFlag("max-concurrent-streams", "100")
		.withFlag("max-request-bytes", "16777216"));

	@RegisterExtension
	final ProxiedClient own = new ProxiedClient(etcd);

	private final Metrics metrics = new Metrics(etcd.endpoint());

	private final ExecutorService owner = Executors.newSingleThreadExecutor();

	private Watches watches;

	@BeforeEach
	void open() {
		Await.answer(() -> this.own.client.probe(this.own.range));
		await().until(() -> this.metrics.watchStreams() == 0);
		this.watches = this.own.client.watches(this.owner);
	}

	@AfterEach
	void close() {
		this.watches.close();
		this.owner.shutdown();
	}

	@Test
	void aThousandServicesAndAThousandKeysAreTwoStreamsAndRenewalsOne() {
		long renewalStreams = renewalStreams();
		Lease lease = Await.value(this.own.client.grant(Duration.ofSeconds(30)));
		try (Watches keys = this.own.client.watches(this.owner)) {
			List<Recorder> services = watchMany(this.watches);
			List<Recorder> own = watchMany(keys);
			services.forEach((recorder) -> recorder.next(Recorder.Confirmed.class));
			own.forEach((recorder) -> recorder.next(Recorder.Confirmed.class));
			for (int i = 0; i < 20; i++) {
				Await.value(this.own.client.renew(lease.id(), Duration.ofSeconds(1)));
				Await.value(this.own.client
					.commit(new Write.Put(Bytes.utf8(this.own.prefix + i + "/key"), Bytes.EMPTY, lease.id(), 0)));
				services.get(i).next(Recorder.Changed.class);
				own.get(i).next(Recorder.Changed.class);
			}
			assertThat(this.metrics.watchStreams()).isEqualTo(2);
			assertThat(this.metrics.watches()).isEqualTo(2L * MANY);
			assertThat(renewalStreams() - renewalStreams).isEqualTo(1);
		}
	}

	private long renewalStreams() {
		return this.metrics.started("Lease", "LeaseKeepAlive", "bidi_stream");
	}

	private List<Recorder> watchMany(Watches watches) {
		return IntStream.range(0, MANY).mapToObj((i) -> {
			Recorder recorder = new Recorder();
			watches.watch(KeyRange.prefix(Bytes.utf8(this.own.prefix + i + "/")), 0, recorder);
			return recorder;
		}).toList();
	}

	@Test
	void aWatchThatIsClosedIsCancelledAndTheStreamEndsWithTheLast() {
		Recorder recorder = new Recorder();
		Watch one = this.watches.watch(this.own.range, 0, new Recorder());
		Watch other = this.watches.watch(this.own.range, 0, recorder);
		recorder.next(Recorder.Confirmed.class);
		one.close();
		await().until(() -> this.metrics.watches() == 1);
		etcd.put(this.own.prefix + "a", "1");
		recorder.next(Recorder.Changed.class);
		other.close();
		await().until(() -> this.metrics.watchStreams() == 0);
	}

	@Test
	void watchesThatAreClosedAtOnceTakeNoEventsOfOthersAway() {
		List<Recorder> recorders = IntStream.range(0, 200).mapToObj((i) -> {
			Recorder recorder = new Recorder();
			Watch watch = this.watches.watch(KeyRange.prefix(Bytes.utf8(this.own.prefix + i + "/")), 0, recorder);
			if (i % 2 == 1) {
				watch.close();
			}
			return recorder;
		}).toList();
		for (int i = 0; i < recorders.size(); i += 2) {
			recorders.get(i).next(Recorder.Confirmed.class);
		}
		await().until(() -> this.metrics.watches() == 100);
		etcd.put(this.own.prefix + "42/key", "1");
		assertThat(recorders.get(42).next(Recorder.Changed.class).events().get(0).entry().key())
			.isEqualTo(Bytes.utf8(this.own.prefix + "42/key"));
		// One that was closed may have been confirmed just before.
		assertThat(recorders)
			.allSatisfy((recorder) -> assertThat(recorder.rest()).hasOnlyElementsOfType(Recorder.Confirmed.class));
	}

	@Test
	void aCompactedWatchEndsAlone() {
		etcd.put(this.own.prefix + "a", "1");
		etcd.put(this.own.prefix + "a", "2");
		long revision = etcd.revision();
		etcd.compact(revision);
		Recorder good = new Recorder();
		this.watches.watch(this.own.range, revision, good);
		good.next(Recorder.Confirmed.class);
		good.next(Recorder.Changed.class);
		Recorder late = new Recorder();
		this.watches.watch(this.own.range, 1, late);
		late.next(Recorder.Confirmed.class);
		assertThat(late.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.COMPACTED);
		await().until(() -> this.metrics.watches() == 1);
		etcd.put(this.own.prefix + "a", "3");
		good.next(Recorder.Changed.class);
	}

	@ParameterizedTest
	@ValueSource(classes = { StackOverflowError.class, OutOfMemoryError.class, IllegalStateException.class,
			IOException.class })
	void whatAListenerThrowsEndsItsWatchAndNoOther(Class<? extends Throwable> thrown) {
		Recorder good = new Recorder();
		this.watches.watch(this.own.range, 0, good);
		ThrowingListener bad = new ThrowingListener(thrown);
		this.watches.watch(this.own.range, 0, bad);
		good.next(Recorder.Confirmed.class);
		bad.recorder.next(Recorder.Confirmed.class);
		etcd.put(this.own.prefix + "a", "1");
		EtcdDiscoveryException cause = bad.recorder.next(Recorder.Ended.class).cause();
		assertThat(cause).hasRootCauseInstanceOf(thrown).hasMessageContaining("watch of " + this.own.prefix);
		good.next(Recorder.Changed.class);
		etcd.put(this.own.prefix + "a", "2");
		good.next(Recorder.Changed.class);
		assertThat(bad.recorder.rest()).isEmpty();
		await().until(() -> this.metrics.watches() == 1);
	}

	@Test
	void aTransactionOfManyLargeValuesIsToldInOneCallWithoutThem() {
		Recorder recorder = new Recorder();
		this.watches.watch(this.own.range, 0, recorder);
		recorder.next(Recorder.Confirmed.class);
		new LargeWrites(etcd.endpoint()).putAtOnce(this.own.prefix, 100, 100_000);
		assertThat(recorder.next(Recorder.Changed.class).events()).hasSize(100)
			.allMatch((event) -> event.entry().oversized() && event.entry().value().size() == 0);
	}

	@Test
	void aMessageThatIsTooLargeEndsTheWatchAtOnce() {
		AtomicInteger connections = new AtomicInteger();
		try (EtcdClient small = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()), (builder) -> {
			connections.incrementAndGet();
			builder.maxInboundMessageSize(100_000);
		}); Watches watches = small.watches(this.owner)) {
			Recorder recorder = new Recorder();
			watches.watch(this.own.range, 0, recorder);
			recorder.next(Recorder.Confirmed.class);
			long start = System.nanoTime();
			new LargeWrites(etcd.endpoint()).putAtOnce(this.own.prefix, 1, 200_000);
			assertThat(recorder.next(Recorder.Ended.class).cause().kind().refused()).isFalse();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		}
	}

	/** Throws at the first change. */
	private static final class ThrowingListener implements WatchListener {

		final Recorder recorder = new Recorder();

		private final Class<? extends Throwable> thrown;

		ThrowingListener(Class<? extends Throwable> thrown) {
			this.thrown = thrown;
		}

		@Override
		public void confirmed(long revision) {
			this.recorder.confirmed(revision);
		}

		@Override
		public void changed(List<WatchEvent> events) {
			throwAs();
		}

		@Override
		public void ended(EtcdDiscoveryException cause) {
			this.recorder.ended(cause);
		}

		@SuppressWarnings("unchecked")
		private <T extends Throwable> void throwAs() throws T {
			try {
				throw (T) this.thrown.getDeclaredConstructor().newInstance();
			}
			catch (ReflectiveOperationException ex) {
				throw new LinkageError("no instance of " + this.thrown, ex);
			}
		}

	}

}
