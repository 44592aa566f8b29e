package io.github.etcddiscovery.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ManualSchedulerTests {

	private final ManualScheduler scheduler = new ManualScheduler();

	private final List<String> done = new ArrayList<>();

	@Test
	void runsTasksInTheOrderOfTheirTimeAndThenOfHandingOver() {
		EventLoop one = this.scheduler.loop();
		EventLoop other = this.scheduler.loop();
		one.schedule(Duration.ofSeconds(2), () -> this.done.add("late"));
		other.schedule(Duration.ofSeconds(1), () -> this.done.add("early"));
		one.execute(() -> this.done.add("first"));
		other.execute(() -> this.done.add("second"));
		this.scheduler.runReady();
		assertThat(this.done).containsExactly("first", "second");
		this.scheduler.advance(Duration.ofSeconds(2));
		assertThat(this.done).containsExactly("first", "second", "early", "late");
	}

	@Test
	void stopsAtEachTaskOnTheWay() {
		EventLoop loop = this.scheduler.loop();
		long start = loop.now();
		loop.schedule(Duration.ofSeconds(1), () -> {
			this.done.add("at " + loop.since(start).toSeconds());
			loop.schedule(Duration.ofSeconds(1), () -> this.done.add("at " + loop.since(start).toSeconds()));
		});
		this.scheduler.advance(Duration.ofSeconds(10));
		assertThat(this.done).containsExactly("at 1", "at 2");
		assertThat(loop.since(start)).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void aClosedLoopTakesItsTasksWithItAndNoOthers() {
		EventLoop closed = this.scheduler.loop();
		EventLoop open = this.scheduler.loop();
		closed.schedule(Duration.ofSeconds(1), () -> this.done.add("closed"));
		open.schedule(Duration.ofSeconds(1), () -> this.done.add("open"));
		closed.close();
		closed.execute(() -> this.done.add("closed"));
		assertThat(this.scheduler.pending()).isEqualTo(1);
		this.scheduler.advance(Duration.ofSeconds(1));
		assertThat(this.done).containsExactly("open");
	}

	@Test
	void aCancelledTimerDoesNotRun() {
		this.scheduler.loop().schedule(Duration.ofSeconds(1), () -> this.done.add("timer")).cancel();
		this.scheduler.advance(Duration.ofSeconds(2));
		assertThat(this.done).isEmpty();
		assertThat(this.scheduler.pending()).isZero();
	}

}
