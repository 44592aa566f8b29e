package io.github.etcddiscovery.watch;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;

/**
 * Keeps a thousand watches that are lost together from saying so a thousand times: within
 * a minute of a warning those of other ranges for the same kind of failure are not given.
 * Confined to the thread of a loop.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public final class WarningPace {

	private static final long PAUSE = Duration.ofMinutes(1).toNanos();

	private final Map<Kind, Said> last = new EnumMap<>(Kind.class);

	/**
	 * Asks whether to warn.
	 * @param now time of the loop
	 */
	boolean allows(KeyRange range, Kind kind, long now) {
		Said said = this.last.get(kind);
		if (said != null && !said.range().equals(range) && now - said.when() < PAUSE) {
			return false;
		}
		this.last.put(kind, new Said(range, now));
		return true;
	}

	private record Said(KeyRange range, long when) {

	}

}
