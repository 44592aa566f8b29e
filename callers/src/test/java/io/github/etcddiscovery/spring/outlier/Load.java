package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;

/** Callers who call 200 times a second together, each on a thread of its own. */
final class Load implements AutoCloseable {

	static final int CALLERS = 4;

	private static final long PAUSE_MS = 20;

	private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(CALLERS);

	private final List<Failed> failed = new CopyOnWriteArrayList<>();

	private final AtomicLong ended = new AtomicLong();

	private volatile long since = System.nanoTime();

	private Load(Call... calls) {
		for (int caller = 0; caller < CALLERS; caller++) {
			int number = caller;
			this.threads.scheduleAtFixedRate(() -> call(number, calls[number % calls.length]),
					caller * PAUSE_MS / CALLERS, PAUSE_MS, TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * Begins, each caller with one of the calls; returns when clients, lists and pools
	 * are warm.
	 */
	static Load begin(Call... calls) {
		Load load = new Load(calls);
		load.await(300);
		load.forget();
		return load;
	}

	/** Begins while nothing can be reached, each caller with one of the calls. */
	static Load failing(Call... calls) {
		return new Load(calls);
	}

	/** What has failed so far is nobody's business. */
	void forget() {
		this.failed.clear();
	}

	private void call(int caller, Call call) {
		try {
			call.run();
		}
		catch (Exception ex) {
			this.failed.add(new Failed(caller, Duration.ofNanos(System.nanoTime() - this.since), ex.toString()));
		}
		this.ended.incrementAndGet();
	}

	/** Says what it has come to, for whoever asks how near the bounds are. */
	void tell(String what) {
		System.out.printf("reach: %s: %d calls failed, the last after %d ms%n", what, this.failed.size(),
				this.failed.stream().mapToLong((one) -> one.after().toMillis()).max().orElse(0));
	}

	/** Waits until so many more calls have ended. */
	void await(int calls) {
		long enough = this.ended.get() + calls;
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> this.ended.get() >= enough);
	}

	/** Waits until failures have been timed for so long. */
	void awaitTime(Duration time) {
		Awaitility.await()
			.atMost(time.plusSeconds(10))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> System.nanoTime() - this.since >= time.toNanos());
	}

	/** Waits until so many calls have failed later than that. */
	void awaitFailedAfter(Duration time, int calls) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> failedAfter(time).size() >= calls);
	}

	/** Failures are timed from now on. */
	void mark() {
		this.since = System.nanoTime();
	}

	List<Failed> failed() {
		return this.failed;
	}

	List<Failed> failedAfter(Duration time) {
		return this.failed.stream().filter((one) -> one.after().compareTo(time) > 0).toList();
	}

	@Override
	public void close() throws InterruptedException {
		this.threads.shutdown();
		this.threads.awaitTermination(30, TimeUnit.SECONDS);
	}

	interface Call {

		void run() throws Exception;

	}

	/** What one call has come to, and when. */
	record Failed(int caller, Duration after, String how) {

	}

}
