package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.etcddiscovery.probe.TcpProbe.Answer;

/**
 * Instances that die, freeze, vanish, answer 503 and come back, and callers that choose
 * among those that are shown. A call is answered at once, or fails as its instance does.
 */
final class Fleet {

	static final Duration STEP = Duration.ofMillis(20);

	private static final Duration TIME_OUT = Duration.ofSeconds(2);

	final Rig rig;

	final int size;

	private final Random random;

	private final Map<Integer, Condition> conditions = new HashMap<>();

	private final Map<Integer, Long> changedAt = new HashMap<>();

	private final List<Pending> pending = new ArrayList<>();

	/**
	 * Calls that an instance refused when it had been dead for a second, which the probe
	 * may take to answer an earlier question, and while somebody was ejected.
	 */
	private final Map<Integer, Integer> refusals = new HashMap<>();

	private boolean networkIsLost;

	Fleet(long seed) {
		this.random = new Random(seed);
		this.size = 1 + this.random.nextInt(8);
		this.rig = new Rig(this.size);
		ports().forEach((port) -> become(port, Condition.WELL));
	}

	/** What has become of an instance, and how a call to it ends. */
	enum Condition {

		WELL(Outcome.ANSWERED, Duration.ZERO, Answer.ACCEPTED),
		DEAD(Outcome.UNREACHABLE, Duration.ZERO, Answer.REFUSED), GONE(Outcome.UNREACHABLE, TIME_OUT, Answer.NO_ANSWER),
		FROZEN(Outcome.READ_TIMED_OUT, TIME_OUT, Answer.ACCEPTED), STUCK(null, TIME_OUT, Answer.ACCEPTED),
		BUSY(Outcome.BAD_STATUS, Duration.ZERO, Answer.ACCEPTED),
		BREAKING(Outcome.BROKEN, Duration.ZERO, Answer.ACCEPTED);

		private final Outcome outcome;

		private final Duration after;

		private final Answer found;

		/** An outcome of null is never reported. */
		Condition(Outcome outcome, Duration after, Answer found) {
			this.outcome = outcome;
			this.after = after;
			this.found = found;
		}

	}

	List<Integer> ports() {
		return IntStream.rangeClosed(1, this.size).boxed().toList();
	}

	boolean isWell(int port) {
		return this.conditions.get(port) == Condition.WELL && !this.networkIsLost;
	}

	/** Tells how long ago an instance became what it is. */
	Duration since(int port) {
		return Duration.ofNanos(this.rig.now() - this.changedAt.get(port));
	}

	/** It failed again soon after its return, or the probe is not what decides. */
	boolean waitsLonger(int port) {
		Standing standing = Objects.requireNonNull(this.rig.outliers.find(Rig.HOST + ":" + port)).standing();
		return standing.level() > 0 || (!standing.isIn() && !standing.probed());
	}

	int refusals(int port) {
		return this.refusals.getOrDefault(port, 0);
	}

	/** Ports where the probe was refused when it asked last, or has not asked yet. */
	boolean isDead(int port) {
		return this.conditions.get(port) == Condition.DEAD && !this.networkIsLost;
	}

	boolean networkIsLost() {
		return this.networkIsLost;
	}

	private void become(int port, Condition condition) {
		this.conditions.put(port, condition);
		this.changedAt.put(port, this.rig.now());
		this.refusals.remove(port);
		this.rig.found.put(port, this.networkIsLost ? Answer.NO_ANSWER : condition.found);
	}

	private void network(boolean lost) {
		this.networkIsLost = lost;
		ports().forEach((port) -> become(port, this.conditions.get(port)));
	}

	/** Something happens to somebody, now and then. */
	void happen() {
		if (this.random.nextInt(250) == 0) {
			int port = 1 + this.random.nextInt(this.size);
			Condition[] all = Condition.values();
			become(port, this.random.nextBoolean() ? Condition.WELL : all[this.random.nextInt(all.length)]);
		}
		if (this.random.nextInt(5_000) == 0) {
			network(!this.networkIsLost);
		}
	}

	void heal() {
		this.networkIsLost = false;
		ports().forEach((port) -> {
			if (this.conditions.get(port) != Condition.WELL || this.rig.found.get(port) != Answer.ACCEPTED) {
				become(port, Condition.WELL);
			}
		});
	}

	/** One call, and what has come of earlier ones. */
	void call() {
		List<Integer> shown = this.rig.shown();
		int port = shown.get(this.random.nextInt(shown.size()));
		Rig.Call call = this.rig.begin(port);
		Condition met = this.networkIsLost ? Condition.GONE : this.conditions.get(port);
		if (met == Condition.DEAD && since(port).toMillis() > 1_100 && !this.rig.outliers.ejected().isEmpty()) {
			this.refusals.merge(port, 1, Integer::sum);
		}
		if (met.outcome != null) {
			this.pending.add(new Pending(this.rig.now() + met.after.toNanos(), call, met.outcome));
		}
		report();
	}

	void pass(Duration time) {
		this.rig.advance(time);
		report();
	}

	private void report() {
		List<Pending> due = this.pending.stream().filter((call) -> call.dueAt() <= this.rig.now()).toList();
		this.pending.removeAll(due);
		due.forEach((call) -> this.rig.end(call.call(), call.outcome()));
	}

	private record Pending(long dueAt, Rig.Call call, Outcome outcome) {

	}

}
