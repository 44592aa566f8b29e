package io.github.etcddiscovery.loop;

import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A task and its time. Ordered by time, then by when it was handed over.
 */
final class ManualTask<V> extends FutureTask<V> implements ScheduledFuture<V> {

	private final ManualScheduler scheduler;

	private final ManualLane lane;

	/** How long after its end it runs again, in nanoseconds; 0 for never. */
	private final long pause;

	private long time;

	private long sequence;

	ManualTask(ManualScheduler scheduler, ManualLane lane, long time, long pause, Callable<V> task) {
		super(task);
		this.scheduler = scheduler;
		this.lane = lane;
		this.time = time;
		this.pause = pause;
		this.sequence = scheduler.nextSequence();
	}

	long time() {
		return this.time;
	}

	ManualLane lane() {
		return this.lane;
	}

	@Override
	public void run() {
		if (this.pause == 0) {
			super.run();
		}
		else if (runAndReset() && !this.lane.isShutdown()) {
			this.time = this.scheduler.now() + this.pause;
			this.sequence = this.scheduler.nextSequence();
			this.scheduler.add(this);
		}
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		this.scheduler.remove(this);
		return super.cancel(mayInterruptIfRunning);
	}

	@Override
	public long getDelay(TimeUnit unit) {
		return unit.convert(this.time - this.scheduler.now(), TimeUnit.NANOSECONDS);
	}

	@Override
	public int compareTo(Delayed other) {
		ManualTask<?> task = (ManualTask<?>) other;
		int byTime = Long.compare(this.time, task.time);
		return (byTime != 0) ? byTime : Long.compare(this.sequence, task.sequence);
	}

	@Override
	public boolean equals(Object other) {
		return this == other;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this);
	}

}
