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

/**
 * What goes wrong at present.
 */
final class Faults {

	private final Map<Call, Kind> refused = new EnumMap<>(Call.class);

	private final Map<Call, Integer> withheld = new EnumMap<>(Call.class);

	private final Map<Call, Duration> delays = new EnumMap<>(Call.class);

	private final List<KeyRange> forbidden = new ArrayList<>();

	private final List<KeyRange> unreadable = new ArrayList<>();

	boolean full;

	boolean confirming = true;

	boolean muted;

	long lag;

	long repeated;

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
		if (kind != null) {
			throw new EtcdDiscoveryException(kind, "the model refuses " + call, null);
		}
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

	void checkWrite(Bytes key) {
		if (this.forbidden.stream().anyMatch((range) -> range.contains(key))) {
			throw new EtcdDiscoveryException(Kind.PERMISSION_DENIED, "write of " + key + ": permission denied", null);
		}
	}

}
