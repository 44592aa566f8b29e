package io.github.etcddiscovery.loop;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One executor among several on the same manual clock: closing it drops its own tasks and
 * nobody else's.
 */
final class ManualLane extends AbstractExecutorService implements ScheduledExecutorService {

	private final ManualScheduler scheduler;

	private volatile boolean closed;

	ManualLane(ManualScheduler scheduler) {
		this.scheduler = scheduler;
	}

	@Override
	public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
		return add(command, unit.toNanos(delay), 0);
	}

	@Override
	public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
		return add(callable, unit.toNanos(delay), 0);
	}

	private ManualTask<?> add(Runnable command, long delay, long pause) {
		return add(() -> {
			command.run();
			return null;
		}, delay, pause);
	}

	private <V> ManualTask<V> add(Callable<V> callable, long delay, long pause) {
		if (this.closed) {
			throw new RejectedExecutionException("closed");
		}
		long time = this.scheduler.now() + Math.max(delay, 0);
		ManualTask<V> task = new ManualTask<>(this.scheduler, this, time, pause, callable);
		this.scheduler.add(task);
		return task;
	}

	@Override
	public void execute(Runnable command) {
		var unused = schedule(command, 0, TimeUnit.NANOSECONDS);
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
		throw new UnsupportedOperationException("no loop keeps a rate");
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
		return add(command, unit.toNanos(initialDelay), unit.toNanos(delay));
	}

	@Override
	public void shutdown() {
		shutdownNow();
	}

	@Override
	public List<Runnable> shutdownNow() {
		this.closed = true;
		this.scheduler.drop(this);
		return List.of();
	}

	@Override
	public boolean isShutdown() {
		return this.closed;
	}

	@Override
	public boolean isTerminated() {
		return this.closed;
	}

	@Override
	public boolean awaitTermination(long timeout, TimeUnit unit) {
		return this.closed;
	}

}
