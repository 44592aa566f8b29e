package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.Future;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Judges the silence of a stream of watches. A stream can die without a word (a proxy, a
 * NAT, a frozen member): after 30 s without anything it is asked for a sign of life, once
 * for all its watches. Where none comes, one linearizable read decides. From 3.5 on etcd
 * gives no sign of life while a watch of the stream begins above its revision [measured
 * with 3.5.30 and 3.6.16]: where the read shows that this is so, the stream is right to
 * be silent, and otherwise it ends.
 */
final class Silence {

	/** So long nothing need come. */
	static final Duration LIMIT = Duration.ofSeconds(30);

	private final SharedStream stream;

	private final Threads threads;

	private final Duration answerTimeout;

	private long lastHeard;

	private long messages;

	private @Nullable Future<?> timer;

	Silence(SharedStream stream, Threads threads, Duration answerTimeout) {
		this.stream = stream;
		this.threads = threads;
		this.answerTimeout = answerTimeout;
	}

	/** Begins to listen. */
	void begin() {
		heard();
		check();
	}

	void heard() {
		this.messages++;
		this.lastHeard = this.threads.now();
	}

	/**
	 * Counts.
	 * @return how many messages have come, for {@link #brokenSince}
	 */
	long messages() {
		return this.messages;
	}

	/**
	 * Tells whether anything has come since.
	 * @param then what {@link #messages()} was then
	 * @return whether it has
	 */
	boolean brokenSince(long then) {
		return this.messages > then;
	}

	void end() {
		if (this.timer != null) {
			this.timer.cancel(false);
		}
	}

	private void check() {
		Duration left = LIMIT.minusNanos(this.threads.now() - this.lastHeard);
		if (left.isZero() || left.isNegative()) {
			ask();
		}
		else {
			in(left, this::check);
		}
	}

	private void ask() {
		long asked = this.messages;
		if (!this.stream.askForSignOfLife()) {
			in(this.answerTimeout, this::check);
			return;
		}
		in(this.answerTimeout, () -> {
			if (brokenSince(asked)) {
				check();
			}
			else {
				readRevision(asked);
			}
		});
	}

	private void readRevision(long asked) {
		var unused = this.stream.head().whenComplete((revision, failure) -> this.stream.enter(() -> {
			if (revision != null && this.stream.ids().beginsAbove(revision)) {
				heard();
			}
			if (brokenSince(asked)) {
				check();
			}
			else {
				this.stream.end(Status.UNAVAILABLE
					.withDescription("nothing came for " + LIMIT.toSeconds() + " s, and no sign of life within "
							+ this.answerTimeout.toSeconds() + " s")
					.asRuntimeException());
			}
		}));
	}

	private void in(Duration delay, Runnable task) {
		this.timer = this.threads.schedule(delay, () -> this.stream.enter(task));
	}

}
