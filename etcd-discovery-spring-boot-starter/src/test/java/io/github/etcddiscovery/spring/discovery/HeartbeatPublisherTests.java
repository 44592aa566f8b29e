package io.github.etcddiscovery.spring.discovery;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.discovery.event.HeartbeatEvent;

import static org.assertj.core.api.Assertions.assertThat;

/** Changes are told by these tests alone: nothing listens at the address of this etcd. */
class HeartbeatPublisherTests {

	private final List<Object> values = new CopyOnWriteArrayList<>();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of("http://127.0.0.1:1"));

	private final EtcdResolver resolver = EtcdResolver.create(this.client, ResolverOptions.defaults());

	/** What the publisher has waited for, in milliseconds. */
	private final List<Long> pauses = new CopyOnWriteArrayList<>();

	private volatile int timesAsFast = 1;

	private final HeartbeatPublisher publisher = new HeartbeatPublisher(this.resolver,
			(event) -> this.values.add(((HeartbeatEvent) event).getValue()), new ScheduledThreadPoolExecutor(1) {
				@Override
				public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
					HeartbeatPublisherTests.this.pauses.add(unit.toMillis(delay));
					return super.schedule(task, unit.toMicros(delay) / HeartbeatPublisherTests.this.timesAsFast,
							TimeUnit.MICROSECONDS);
				}
			});

	private final AtomicInteger told = new AtomicInteger();

	@BeforeEach
	void run() {
		this.publisher.changes().subscribe((snapshot) -> {
		});
	}

	@AfterEach
	void close() {
		this.publisher.close();
		this.resolver.close();
		this.client.close();
	}

	@Test
	void servicesThatAreToldOutOfOrderDoNotMakeTheValueGoBack() {
		tell(snapshot("one", 10), snapshot("other", 7));
		awaitValues(10L);
		tell(snapshot("third", 8));
		awaitValues(10L, 11L);
	}

	@Test
	void theValueGrowsOnWhereTheStoreHasGoneBack() {
		tell(snapshot("echo", 10));
		awaitValues(10L);
		tell(snapshot("echo", 4));
		awaitValues(10L, 11L);
	}

	@Test
	void aServiceThatLookupsWereAnsweredWithoutIsAChangeOnceItIsReadAgainWithTheSameInstances() {
		tell(snapshot("echo", 1));
		awaitValues(1L);
		tell(unread("echo"));
		tell(snapshot("echo", 1));
		awaitValues(1L, 2L);
	}

	/**
	 * A gateway asks for all services at each of these events, and where they are more
	 * than core follows, others are unread by then.
	 */
	@Test
	void servicesThatAreUnreadAndReadAgainInTurnAreToldLessAndLessOften() {
		tell(snapshot("echo", 1), snapshot("other", 2));
		awaitValues(2L);
		this.publisher.changes().execute(this::tellAgain);
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.values.size() == 4);
		assertThat(this.told).as("at once, and after a pause of 1 s").hasValueGreaterThan(20);
	}

	@Test
	void thePauseBetweenTheseEventsDoublesUpTo30Seconds() {
		tell(snapshot("echo", 1), snapshot("other", 2));
		awaitValues(2L);
		this.timesAsFast = 100;
		this.publisher.changes().execute(this::tellAgain);
		// Where this thread is held up for a whole pause they begin anew, as they should.
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(pausesOfASecondAndMore()).containsSequence(1_000L, 2_000L, 4_000L, 8_000L,
					16_000L, 30_000L, 30_000L));
	}

	private List<Long> pausesOfASecondAndMore() {
		return this.pauses.stream().filter((pause) -> pause >= 1_000).toList();
	}

	@Test
	void aServiceThatIsReadAgainWithOtherInstancesIsAChangeThatDoesNotWait() {
		tell(snapshot("echo", 1), snapshot("other", 2));
		awaitValues(2L);
		tell(unread("echo"), unread("other"), snapshot("echo", 1));
		awaitValues(2L, 3L);
		tell(snapshot("other", 9));
		awaitValues(2L, 3L, 9L);
		assertThat(pausesOfASecondAndMore()).as("nothing was told for the end of a pause").hasSize(1);
	}

	/** As a gateway makes core tell. */
	private void tellAgain() {
		String service = (this.told.incrementAndGet() % 2 == 0) ? "echo" : "other";
		this.publisher.changed(unread(service));
		this.publisher.changed(snapshot(service, service.equals("echo") ? 1 : 2));
		this.publisher.changes().executeAfter(10, this::tellAgain);
	}

	@Test
	void aServiceThatIsReadAgainSoonAfterAnotherIsToldSoonToo() {
		tell(snapshot("echo", 1), snapshot("other", 2));
		awaitValues(2L);
		tell(unread("echo"), unread("other"), snapshot("echo", 1));
		awaitValues(2L, 3L);
		tell(snapshot("other", 2));
		awaitValues(2L, 3L, 4L);
	}

	@Test
	void aServiceThatIsReadInPartAndThenAsAWholeIsToldOnceItIsWhole() {
		ServiceSnapshot whole = snapshot("echo", 1, 2);
		tell(whole);
		awaitValues(1L);
		tell(unread("echo"), part(whole));
		awaitValues(1L, 2L);
		tell(whole);
		awaitValues(1L, 2L, 3L);
	}

	/** Nobody tells when core has forgotten a service. */
	@Test
	void noInstancesAreKept() {
		WeakReference<Instance> told = tellAnInstance();
		awaitValues(1L);
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
			System.gc();
			return told.get() == null;
		});
	}

	private WeakReference<Instance> tellAnInstance() {
		ServiceSnapshot snapshot = snapshot("echo", 1);
		tell(snapshot);
		return new WeakReference<>(snapshot.instances().get(0));
	}

	private void tell(ServiceSnapshot... snapshots) {
		this.publisher.changes().execute(() -> List.of(snapshots).forEach(this.publisher::changed));
	}

	private static ServiceSnapshot unread(String service) {
		return new ServiceSnapshot(service, 0, List.of(), ServiceSnapshot.State.UNREAD);
	}

	private static ServiceSnapshot part(ServiceSnapshot whole) {
		return new ServiceSnapshot(whole.service(), whole.revision(), whole.instances().subList(0, 1),
				ServiceSnapshot.State.UNREAD);
	}

	/** Each revision of a service has other instances. */
	private static ServiceSnapshot snapshot(String service, int revision, int... more) {
		return new ServiceSnapshot(service, revision,
				IntStream.concat(IntStream.of(revision), IntStream.of(more))
					.mapToObj((port) -> Instance.of(service, "127.0.0.1", port))
					.toList(),
				ServiceSnapshot.State.READ);
	}

	private void awaitValues(Object... expected) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(this.values).containsExactly(expected));
	}

}
