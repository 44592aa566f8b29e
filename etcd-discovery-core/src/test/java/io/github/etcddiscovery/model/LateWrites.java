package io.github.etcddiscovery.model;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Writes that etcd has taken and not applied yet: it froze, or its leader lost the
 * quorum. Their callers see the deadline pass, as after any write that is lost, but each
 * of these is applied when a test says so, in any order, or never.
 */
public final class LateWrites {

	private final Map<Call, Integer> toHold = new EnumMap<>(Call.class);

	private final List<Runnable> taken = new ArrayList<>();

	private final BooleanSupplier serving;

	private final Set<Effect> effects;

	private boolean afterThaw;

	LateWrites(BooleanSupplier serving, Set<Effect> effects) {
		this.serving = serving;
		this.effects = effects;
	}

	/** The next calls of a kind are taken and not applied until a test says so. */
	public void hold(Call call, int calls) {
		this.toHold.put(call, calls);
	}

	/**
	 * Whether a frozen etcd had taken the writes whose deadlines passed meanwhile, so
	 * that they are here after the thaw. Otherwise they are lost.
	 */
	public void afterThaw(boolean taken) {
		this.afterThaw = taken;
	}

	/** Returns how many writes have been taken and not applied. */
	public int count() {
		return this.taken.size();
	}

	/** Applies one, by its place in the order in which they were taken. */
	public void apply(int number) {
		if (this.serving.getAsBoolean()) {
			if (number > 0) {
				this.effects.add(Effect.WRITE_OVERTOOK);
			}
			this.taken.remove(number).run();
		}
	}

	/** Applies one that chance decides, if there is any. */
	public void applyAny(Random random) {
		if (count() > 0) {
			apply(random.nextInt(count()));
		}
	}

	/** Applies all, in the order in which they were taken. */
	public void applyAll() {
		while (count() > 0 && this.serving.getAsBoolean()) {
			apply(0);
		}
	}

	/** All that were taken are lost, and none is held any more. */
	public void forget() {
		lose();
		holdNoMore();
	}

	/** None is held any more; what was taken stays. */
	void holdNoMore() {
		this.toHold.clear();
		this.afterThaw = false;
	}

	void lose() {
		this.taken.clear();
	}

	boolean holds(Call call) {
		return this.toHold.computeIfPresent(call, (key, left) -> (left > 0) ? left - 1 : null) != null;
	}

	boolean keepsExpired(Call call) {
		return this.afterThaw && call.writes();
	}

	void take(Runnable write) {
		this.effects.add(Effect.WRITE_TAKEN);
		this.taken.add(write);
	}

}
