package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.model.ModelEtcd;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.watch.RangeWatches;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * When what has changed is shown.
 */
class PublisherTests {

	private final ManualScheduler scheduler = new ManualScheduler();

	private final EventLoop loop = new EventLoop(this.scheduler.executor(), this::now);

	private final List<String> shown = new ArrayList<>();

	private final Set<String> failing = new HashSet<>();

	/** So many times the time is asked for until there is no memory, once. */
	private int timesUntilNoMemory;

	private final Services services = new Services(this::feeds);

	private final Publisher publisher = publisher(this.loop);

	@Test
	void whatHadArrivedByTheTimeOfTheMarkIsShownWithIt() {
		this.loop.execute(() -> add("a", 1));
		this.loop.execute(() -> add("b", 1));
		this.loop.execute(() -> add("a", 2));
		this.scheduler.runReady();
		assertThat(this.shown).containsExactly("a=2", "b=1");
	}

	@Test
	void nothingIsKeptForLongerThanFiftyMillisecondsWhateverElseArrives() {
		AtomicLong time = new AtomicLong();
		ScheduledExecutorService busy = Executors.newSingleThreadScheduledExecutor();
		busy.shutdown();
		Publisher waiting = publisher(new EventLoop(busy, time::get));
		waiting.changed(withInstance("a", 1));
		time.addAndGet(Duration.ofMillis(49).toNanos());
		waiting.publishOverdue();
		assertThat(this.shown).isEmpty();
		time.addAndGet(Duration.ofMillis(1).toNanos());
		waiting.publishOverdue();
		assertThat(this.shown).containsExactly("a=1");
	}

	@Test
	void theOldestMarkComesFirst() {
		add("z", 1);
		add("a", 1);
		add("z", 2);
		this.scheduler.runReady();
		assertThat(this.shown).containsExactly("z=2", "a=1");
	}

	@Test
	void whatCouldNotBeShownIsShownLaterAndItsAgeShowsMeanwhile() {
		add("a", 1);
		add("b", 1);
		this.failing.addAll(List.of("a", "b"));
		this.scheduler.runReady();
		this.scheduler.advance(Duration.ofMillis(2_500));
		assertThat(this.publisher.stuckFor()).isEqualTo(Duration.ofMillis(2_500));
		this.failing.clear();
		this.scheduler.advance(Duration.ofSeconds(1));
		assertThat(this.shown).containsExactly("a=1", "b=1");
		assertThat(this.services.names()).containsExactly("a", "b");
		assertThat(this.publisher.stuckFor()).isZero();
	}

	@Test
	void whatCannotBeShownKeepsNothingElseFromBeingShown() {
		add("a", 1);
		add("b", 1);
		this.failing.add("a");
		this.scheduler.runReady();
		assertThat(this.shown).containsExactly("b=1");
		this.scheduler.advance(Duration.ofSeconds(3));
		add("c", 1);
		this.publisher.publishOverdue();
		this.scheduler.runReady();
		assertThat(this.shown).containsExactly("b=1", "c=1");
		assertThat(this.publisher.stuckFor()).isEqualTo(Duration.ofSeconds(3));
		this.failing.clear();
		this.scheduler.advance(Duration.ofSeconds(1));
		assertThat(this.shown).containsExactly("b=1", "c=1", "a=1");
		assertThat(this.publisher.stuckFor()).isZero();
	}

	@Test
	void whatIsTriedAgainStaysToBeShownWhereMemoryEndsOnTheWay() {
		add("a", 1);
		add("b", 1);
		this.failing.addAll(List.of("a", "b"));
		this.scheduler.runReady();
		this.failing.clear();
		this.timesUntilNoMemory = 1;
		this.scheduler.advance(Duration.ofSeconds(2));
		assertThat(this.timesUntilNoMemory).isZero();
		assertThat(this.shown).containsExactly("a=1", "b=1");
		assertThat(this.publisher.stuckFor()).isZero();
	}

	@Test
	void allAreEmptiedThoughMemoryEndsOnTheWay() {
		add("a", 1);
		add("b", 1);
		this.scheduler.runReady();
		this.shown.clear();
		this.timesUntilNoMemory = 2;
		assertThatThrownBy(() -> this.publisher.emptied(true)).isInstanceOf(OutOfMemoryError.class);
		this.publisher.emptied(true);
		this.scheduler.runReady();
		assertThat(this.shown).containsExactlyInAnyOrder("a=0", "b=0");
	}

	@Test
	void whatCannotBeShownDoesNotMakeAllTheOthersTooOld() {
		RangeWatches watches = new RangeWatches(new ModelEtcd(this.scheduler).connect(), this.loop,
				RetryOptions.defaults(), new DiscoveryObserver() {
				}, new SplittableRandom(7));
		Staleness staleness = new Staleness(this.loop, watches, this.publisher, Duration.ofMinutes(1));
		staleness.start();
		add("a", 1);
		add("b", 1);
		this.failing.add("a");
		this.scheduler.advance(Duration.ofMinutes(2));
		assertThat(staleness.age()).isEqualTo(Duration.ofMinutes(2));
		assertThat(this.shown).containsExactly("b=1");
	}

	@Test
	void whatCannotBeForgottenIsShownAsItIsLater() {
		add("a", 1);
		this.scheduler.runReady();
		Service service = this.services.obtain("a");
		service.entries().removeLayout(0);
		this.failing.add("a");
		assertThatThrownBy(() -> this.publisher.forget(service)).isInstanceOf(OutOfMemoryError.class);
		this.failing.clear();
		this.scheduler.advance(Duration.ofSeconds(2));
		assertThat(service.snapshot().instances()).isEmpty();
	}

	/** No feed at all, which cannot be found out for want of memory. */
	private List<Feed> feeds(String name) {
		return new AbstractList<>() {

			@Override
			public Feed get(int index) {
				throw new IndexOutOfBoundsException(index);
			}

			@Override
			public int size() {
				if (PublisherTests.this.failing.contains(name)) {
					throw new OutOfMemoryError("of a test");
				}
				return 0;
			}

		};
	}

	private long now() {
		if (this.timesUntilNoMemory > 0 && --this.timesUntilNoMemory == 0) {
			throw new OutOfMemoryError("of a test");
		}
		return this.scheduler.now();
	}

	private void add(String name, int number) {
		this.publisher.changed(withInstance(name, number));
	}

	private Service withInstance(String name, int number) {
		Instance instance = Instance.of(name, "10.0.0." + number, 80);
		Entry entry = new Entry(Rig.KITEX.key(instance), Bytes.EMPTY, 0, number);
		Service service = this.services.obtain(name);
		service.entries().add(new FeedEntry(0, entry.key(), entry, instance, 1, 1));
		return service;
	}

	private Publisher publisher(EventLoop loop) {
		return new Publisher(loop, this.services, new DiscoveryObserver() {

			@Override
			public void instances(String service, int instances) {
				PublisherTests.this.shown.add(service + "=" + instances);
			}

		});
	}

}
