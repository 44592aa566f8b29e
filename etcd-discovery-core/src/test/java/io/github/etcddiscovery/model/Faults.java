package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong at present.
 */
final class Faults {

	static final int PAGE = 1000;

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
		return this.changesToLose > 0 && this.changesToLose-- > 0;
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
			throw new EtcdDiscoveryException(kind, "the model refuses " + call, null);
		}
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
			throw new EtcdDiscoveryException(kind, "the model garbles the answer to " + call, null);
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
			throw new EtcdDiscoveryException(Kind.NO_SPACE, what + ": database space exceeded", null);
		}
	}

	void withhold(Call call, int answers) {
		this.withheld.put(call, answers);
	}

	boolean withholds(Call call) {
		Integer left = this.withheld.computeIfPresent(call, (key, number) -> (number > 0) ? number - 1 : null);
		return left != null;
	}

	void delay(Call call, Duration delay) {
		this.delays.put(call, delay);
	}

	Duration delay(Call call) {
		return this.delays.getOrDefault(call, Duration.ZERO);
	}

	void delayRequests(Call call, Duration delay) {
		this.requestDelays.put(call, delay);
	}

	Duration requestDelay(Call call) {
		return this.requestDelays.getOrDefault(call, Duration.ZERO);
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
			throw new EtcdDiscoveryException(Kind.PERMISSION_DENIED, "read of " + range + ": permission denied", null);
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
		if (this.forbidden.stream().anyMatch((range) -> range.contains(key))) {
			throw new EtcdDiscoveryException(Kind.PERMISSION_DENIED, "write of " + key + ": permission denied", null);
		}
	}

	/** So many calls of a kind end so. */
	private record Some(Kind kind, int left) {

	}

}
