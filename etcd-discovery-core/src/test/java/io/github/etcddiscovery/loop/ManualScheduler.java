package io.github.etcddiscovery.loop;

import java.time.Duration;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time that stands still until a test moves it on. Every lane, and so every loop, that
 * was made by one scheduler shares its clock and its queue: tasks run in the order of
 * their time, those of the same time in the order in which they were handed over, all on
 * the thread that calls {@link #runReady()} or {@link #advance}. Handing over is safe
 * from any thread.
 */
public final class ManualScheduler {

	private final PriorityBlockingQueue<ManualTask<?>> queue = new PriorityBlockingQueue<>();

	private final AtomicLong sequence = new AtomicLong();

	private volatile long now = 1_000_000_000_000L;

	/**
	 * Makes a loop on this clock.
	 * @return a loop that can be closed without harm to the others
	 */
	public EventLoop loop() {
		return new EventLoop(new ManualLane(this), this::now);
	}

	/**
	 * Makes an executor on this clock.
	 * @return an executor that can be closed without harm to the others
	 */
	public ScheduledExecutorService executor() {
		return new ManualLane(this);
	}

	/**
	 * Returns the time.
	 * @return nanoseconds, of no meaning but by difference
	 */
	public long now() {
		return this.now;
	}

	/** Runs what is due now, and what that hands over for now, until nothing is left. */
	public void runReady() {
		advance(Duration.ZERO);
	}

	/**
	 * Moves time on, stopping at each task on the way.
	 * @param duration how far
	 */
	public void advance(Duration duration) {
		long target = this.now + duration.toNanos();
		ManualTask<?> task = this.queue.peek();
		while (task != null && task.time() <= target) {
			this.queue.remove(task);
			this.now = Math.max(this.now, task.time());
			task.run();
			task = this.queue.peek();
		}
		this.now = target;
	}

	/**
	 * Returns in what time the next task runs.
	 * @return the time until then, zero where one is due; a day where there is none
	 */
	public Duration untilNext() {
		ManualTask<?> task = this.queue.peek();
		return (task != null) ? Duration.ofNanos(Math.max(0, task.time() - this.now)) : Duration.ofDays(1);
	}

	/**
	 * Returns how many tasks wait for their time, those of the given loop's owner and all
	 * others. A loop that was closed leaves none.
	 * @return the number
	 */
	public int pending() {
		this.queue.removeIf(ManualTask::isCancelled);
		return this.queue.size();
	}

	void add(ManualTask<?> task) {
		this.queue.add(task);
	}

	void drop(ManualLane lane) {
		this.queue.removeIf((task) -> task.lane() == lane);
	}

	void remove(ManualTask<?> task) {
		this.queue.remove(task);
	}

	long nextSequence() {
		return this.sequence.getAndIncrement();
	}

}
