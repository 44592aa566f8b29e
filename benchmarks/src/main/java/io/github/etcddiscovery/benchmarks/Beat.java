package io.github.etcddiscovery.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The schedule of a service that changes its weight at fixed times, and the clock that
 * all processes of the machine share: whoever sees a weight knows how old it is.
 *
 * @param start time of the first change, in microseconds
 * @param seconds for how long it goes on
 */
record Beat(long start, int seconds) {

	static final String SERVICE = "service.quiet";

	static final String READY = "ready";

	private static final long INTERVAL = TimeUnit.MILLISECONDS.toMicros(50);

	private static final long MICRO = 1_000;

	/** Says that this process is ready, and waits until it is told when to start. */
	static Beat whenReady(int seconds) {
		System.out.println(READY);
		return new Beat(new Scanner(System.in, StandardCharsets.UTF_8).nextLong(), seconds);
	}

	static long now() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	int changes() {
		return (int) (TimeUnit.SECONDS.toMicros(this.seconds) / INTERVAL);
	}

	long due(int change) {
		return this.start + change * INTERVAL;
	}

	/** When everything ends: there is time to catch up. */
	long end() {
		return due(changes()) + TimeUnit.SECONDS.toMicros(10);
	}

	/** How old what somebody sees is; the first change he has not seen is due or not. */
	long age(int changesSeen, long now) {
		return (changesSeen < changes()) ? Math.max(0, now - due(changesSeen)) : 0;
	}

	static void sleepUntil(long time) {
		for (long rest = time - now(); rest > 0; rest = time - now()) {
			LockSupport.parkNanos(rest * MICRO);
		}
	}

	/** Calls every 10 ms until the end. */
	void sample(Runnable sample) {
		for (long next = this.start; next < end(); next += TimeUnit.MILLISECONDS.toMicros(10)) {
			sleepUntil(next);
			sample.run();
		}
	}

}
