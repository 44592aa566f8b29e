package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.EventLoop.Timer;

/**
 * At most one task that waits for its time. Confined to the loop's thread.
 */
final class Delay {

	private final EventLoop loop;

	private Timer timer = Timer.NONE;

	Delay(EventLoop loop) {
		this.loop = loop;
	}

	/** Runs a task later, instead of the one that waits. */
	void start(Duration delay, Runnable task) {
		this.timer.cancel();
		this.timer = this.loop.schedule(delay, () -> {
			this.timer = Timer.NONE;
			task.run();
		});
	}

	void cancel() {
		this.timer.cancel();
		this.timer = Timer.NONE;
	}

	boolean isWaiting() {
		return this.timer != Timer.NONE;
	}

}
