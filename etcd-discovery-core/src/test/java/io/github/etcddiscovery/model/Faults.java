package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong at present.
 */
final class Faults {

	static final int PAGE = 1000;

	/** What has come of the faults so far. */
	final Set<Effect> effects = EnumSet.noneOf(Effect.class);

	private final Map<Call, Kind> refused = new EnumMap<>(Call.class);

	private final Map<Call, Integer> withheld = new EnumMap<>(Call.class);

	private final Map<Call, Duration> delays = new EnumMap<>(Call.class);

	private final Map<Call, Some> refusedNext = new EnumMap<>(Call.class);

	private final Map<Call, Some> garbled = new EnumMap<>(Call.class);

	private final Map<Call, Duration> requestDelays = new EnumMap<>(Call.class);

	private final List<KeyRange> forbidden = new ArrayList<>();

	private final List<KeyRange> unreadable = new ArrayList<>();

	boolean full;

	boolean confirming = true;

	boolean muted;

	long lag;

	boolean heldBack;

	int changesToLose;

	int pageSize = PAGE;

	Duration patience = Duration.ofSeconds(10);

	boolean losesEvents() {
		if (this.changesToLose == 0) {
			return false;
		}
		this.changesToLose--;
		this.effects.add(Effect.CHANGE_LOST);
		return true;
	}

	void refuse(Kind kind, Call... calls) {
		for (Call call : (calls.length > 0) ? calls : Call.values()) {
			this.refused.put(call, kind);
		}
	}

	void allow(Call... calls) {
		for (Call call : (calls.length > 0) ? calls : Call.values()) {
			this.refused.remove(call);
		}
	}

	void check(Call call) {
		Kind kind = this.refused.get(call);
		if (kind == null) {
			kind = take(this.refusedNext, call);
		}
		if (kind != null) {
			this.effects.add(refusalOf(call));
			throw new ModelFailure(kind, "the model refuses " + call);
		}
	}

	private static Effect refusalOf(Call call) {
		return switch (call) {
			case RENEW -> Effect.RENEWAL_REFUSED;
			case WATCH -> Effect.WATCH_REFUSED;
			default -> Effect.CALL_REFUSED;
		};
	}

	void refuseNext(Kind kind, Call call, int calls) {
		this.refusedNext.put(call, new Some(kind, calls));
	}

	void garble(Kind kind, Call call, int answers) {
		this.garbled.put(call, new Some(kind, answers));
	}

	/** An answer is on its way, and something makes an error of it. */
	void checkAnswer(Call call) {
		Kind kind = take(this.garbled, call);
		if (kind != null) {
			this.effects.add(Effect.ANSWER_GARBLED);
			throw new ModelFailure(kind, "the model garbles the answer to " + call);
		}
	}

	private static @Nullable Kind take(Map<Call, Some> from, Call call) {
		Some some = from.get(call);
		if (some == null || some.left() == 0) {
			return null;
		}
		from.put(call, new Some(some.kind(), some.left() - 1));
		return some.kind();
	}

	void checkSpace(String what) {
		if (this.full) {
			this.effects.add(Effect.DATABASE_FULL);
			throw new ModelFailure(Kind.NO_SPACE, what + ": database space exceeded");
		}
	}

	void withhold(Call call, int answers) {
		this.withheld.put(call, answers);
	}

	boolean withholds(Call call) {
		if (this.withheld.computeIfPresent(call, (key, left) -> (left > 0) ? left - 1 : null) == null) {
			return false;
		}
		this.effects.add(Effect.ANSWER_LOST);
		return true;
	}

	void delay(Call call, Duration delay) {
		this.delays.put(call, delay);
	}

	Duration delay(Call call) {
		return taking(this.delays.get(call), Effect.ANSWER_LATE);
	}

	private Duration taking(@Nullable Duration time, Effect effect) {
		if (time == null || time.isZero()) {
			return Duration.ZERO;
		}
		this.effects.add(effect);
		return time;
	}

	void delayRequests(Call call, Duration delay) {
		this.requestDelays.put(call, delay);
	}

	Duration requestDelay(Call call) {
		return taking(this.requestDelays.get(call), Effect.REQUEST_LATE);
	}

	/** All that was said of single kinds of calls is forgotten. */
	void forget() {
		this.refused.clear();
		this.refusedNext.clear();
		this.garbled.clear();
		this.withheld.clear();
		this.delays.clear();
		this.requestDelays.clear();
		this.forbidden.clear();
		this.unreadable.clear();
	}

	void forbid(KeyRange range) {
		this.forbidden.add(range);
	}

	void forbidReads(KeyRange range) {
		this.unreadable.add(range);
	}

	void checkRead(KeyRange range) {
		if (this.unreadable.stream().anyMatch((forbidden) -> forbidden.contains(range.start()))) {
			throw new ModelFailure(Kind.PERMISSION_DENIED, "read of " + range + ": permission denied");
		}
	}

	void permit(KeyRange range) {
		this.forbidden.removeIf(range::equals);
		this.unreadable.removeIf(range::equals);
	}

	void checkRead(Bytes key) {
		checkRead(KeyRange.single(key));
	}

	void checkWrite(Bytes key) {
		checkWrite(key, Effect.KEY_FORBIDDEN);
	}

	/** The other keys of a lease. */
	void checkWrites(List<Bytes> keysOfLease) {
		keysOfLease.forEach((key) -> checkWrite(key, Effect.LEASE_FORBIDDEN));
	}

	private void checkWrite(Bytes key, Effect effect) {
		for (KeyRange range : this.forbidden) {
			if (range.contains(key)) {
				this.effects.add(effect);
				throw new ModelFailure(Kind.PERMISSION_DENIED, "write of " + key + ": permission denied");
			}
		}
	}

	/** So many calls of a kind end so. */
	private record Some(Kind kind, int left) {

	}

}
