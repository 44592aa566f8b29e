package io.github.etcddiscovery.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The lines that a process has written, for one thread that waits for them.
 */
final class Lines {

	private final List<String> all = new ArrayList<>();

	private int seen;

	private boolean ended;

	synchronized void add(String line) {
		this.all.add(line);
		notifyAll();
	}

	/** No line will come any more. */
	synchronized void end() {
		this.ended = true;
		notifyAll();
	}

	/**
	 * Waits for the next wanted line after the one that was waited for last.
	 * @return the line; empty when none has come in time
	 */
	Optional<String> next(Predicate<String> wanted, Duration timeout) {
		return await(() -> unseen(wanted), timeout);
	}

	private Optional<String> unseen(Predicate<String> wanted) {
		for (int index = this.seen; index < this.all.size(); index++) {
			if (wanted.test(this.all.get(index))) {
				this.seen = index + 1;
				return Optional.of(this.all.get(index));
			}
		}
		return Optional.empty();
	}

	/**
	 * Waits until the newest line of a kind is as wanted.
	 * @return the line; empty when it has not become so in time
	 */
	Optional<String> newest(Predicate<String> kind, Predicate<String> wanted, Duration timeout) {
		return await(() -> newest(kind).filter(wanted), timeout);
	}

	private Optional<String> newest(Predicate<String> kind) {
		for (int index = this.all.size() - 1; index >= 0; index--) {
			if (kind.test(this.all.get(index))) {
				return Optional.of(this.all.get(index));
			}
		}
		return Optional.empty();
	}

	private synchronized Optional<String> await(Supplier<Optional<String>> look, Duration timeout) {
		long end = System.nanoTime() + timeout.toNanos();
		Optional<String> found = look.get();
		try {
			while (found.isEmpty() && !this.ended && end - System.nanoTime() > 0) {
				TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
				found = look.get();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return found;
	}

	@Override
	public synchronized String toString() {
		return this.all.toString();
	}

}
