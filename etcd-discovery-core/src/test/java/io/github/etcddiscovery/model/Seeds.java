package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Plays random schedules, one for each seed, and says on the console which seeds those
 * were. A schedule that fails says its seed, with which {@code -Dseed=…} plays it alone.
 */
public final class Seeds {

	private static final @Nullable Long ONLY = Long.getLong("seed");

	/** The first seed of those that are the same ones every time. */
	private static final long FROM = Long.getLong("seeds.from", 0);

	/** After so many failures it is enough. */
	private static final int MANY_FAILURES = 10;

	private final String what;

	private final LongConsumer schedule;

	private final long firstSeed;

	private final AtomicLong nextSeed;

	private final AtomicLong played = new AtomicLong();

	/** By their seeds. */
	private final NavigableMap<Long, AssertionError> failures = new ConcurrentSkipListMap<>();

	private Seeds(String what, LongConsumer schedule, long firstSeed) {
		this.what = what;
		this.schedule = schedule;
		this.firstSeed = firstSeed;
		this.nextSeed = new AtomicLong(firstSeed);
	}

	/**
	 * Plays as many schedules as fit into a time, one at least, other ones every time.
	 * @param time how long to go on
	 * @param what what is played, in the plural
	 * @param schedule plays the schedule of a seed
	 * @return how many were played
	 */
	public static long within(Duration time, String what, LongConsumer schedule) {
		long end = System.nanoTime() + time.toNanos();
		long first = System.currentTimeMillis();
		return new Seeds(what, schedule, first).play((seed) -> seed == first || System.nanoTime() < end, 1);
	}

	/**
	 * Plays so many schedules, the same ones every time, on all cores:
	 * {@code -Dseeds.from=…} plays others.
	 * @param number how many
	 * @param what what is played, in the plural
	 * @param schedule plays the schedule of a seed; is called by several threads
	 */
	public static void first(long number, String what, LongConsumer schedule) {
		new Seeds(what, schedule, FROM).play((seed) -> seed < FROM + number,
				Runtime.getRuntime().availableProcessors());
	}

	/**
	 * Plays schedules, the same ones every time, until they have shown enough, or a
	 * thousand of them have not.
	 * @param enough whether it is enough
	 * @param what what is played, in the plural
	 * @param schedule plays the schedule of a seed
	 */
	public static void until(BooleanSupplier enough, String what, LongConsumer schedule) {
		new Seeds(what, schedule, 0).play((seed) -> seed < 1_000 && !enough.getAsBoolean(), 1);
	}

	/**
	 * Returns what a schedule draws from. The first numbers of {@link Random} are almost
	 * the same for all small seeds, so that what is drawn first would always be the same.
	 */
	public static Random random(long seed) {
		return new Random(new SplittableRandom(seed).nextLong());
	}

	private long play(LongPredicate goOn, int threads) {
		if (ONLY != null) {
			play(ONLY);
			failIfAnyFailed();
			return 1;
		}
		long begun = System.nanoTime();
		Logger ours = (Logger) LoggerFactory.getLogger("io.github.etcddiscovery");
		Level before = ours.getLevel();
		ours.setLevel(Level.OFF);
		try {
			inThreads(threads, () -> playWhile(goOn));
		}
		finally {
			ours.setLevel(before);
		}
		System.out.printf("%s: %d in %d s, seeds from %d on%n", this.what, this.played.get(),
				Duration.ofNanos(System.nanoTime() - begun).toSeconds(), this.firstSeed);
		failIfAnyFailed();
		return this.played.get();
	}

	private void playWhile(LongPredicate goOn) {
		long seed = this.nextSeed.getAndIncrement();
		while (goOn.test(seed) && this.failures.size() < MANY_FAILURES) {
			play(seed);
			this.played.incrementAndGet();
			seed = this.nextSeed.getAndIncrement();
		}
	}

	private static void inThreads(int number, Runnable task) {
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			Thread thread = new Thread(task, "schedules-" + i);
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void play(long seed) {
		try {
			this.schedule.accept(seed);
		}
		catch (RuntimeException | Error ex) {
			this.failures.put(seed, new AssertionError(
					"seed " + seed + " (-Dseed=" + seed + " plays it alone): " + ex.getMessage(), ex));
		}
	}

	private void failIfAnyFailed() {
		if (!this.failures.isEmpty()) {
			AssertionError first = this.failures.pollFirstEntry().getValue();
			this.failures.values().forEach(first::addSuppressed);
			throw first;
		}
	}

}
