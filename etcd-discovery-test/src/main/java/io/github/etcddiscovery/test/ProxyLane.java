package io.github.etcddiscovery.test;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What currently happens to the bytes of one direction, of all connections of a proxy.
 * Belongs to the proxy's thread, except for the counter.
 */
final class ProxyLane {

	static final long UNLIMITED = Long.MAX_VALUE;

	/** How bytes are treated. */
	enum Mode {

		/** They are passed on. */
		PASS,

		/** They are kept, in order, until something else is said. */
		STALL,

		/** They are taken and forgotten. */
		DROP

	}

	private final AtomicLong passed = new AtomicLong();

	private Mode mode = Mode.PASS;

	private long delayNanos;

	private long budget = UNLIMITED;

	void heal() {
		this.mode = Mode.PASS;
		this.delayNanos = 0;
		this.budget = UNLIMITED;
	}

	Mode mode() {
		return this.mode;
	}

	void mode(Mode mode) {
		this.mode = mode;
	}

	long delayNanos() {
		return this.delayNanos;
	}

	void delayNanos(long delayNanos) {
		this.delayNanos = delayNanos;
	}

	/** How many bytes may still pass before the connection that passes them is reset. */
	long budget() {
		return this.budget;
	}

	void budget(long bytes) {
		this.budget = bytes;
	}

	void count(int bytes) {
		this.passed.addAndGet(bytes);
		if (this.budget != UNLIMITED) {
			this.budget -= bytes;
		}
	}

	/** May be asked by any thread. */
	long passed() {
		return this.passed.get();
	}

}
