package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One line when an instance is ejected, one when it is back. An instance that comes and
 * goes is warned of once in a minute: where it was not, for that reason, its return is
 * not logged either, and where it stays ejected, it is warned of when the minute is over.
 * What an operator ejects is always logged. Confined to one thread.
 */
final class EjectionLog {

	private static final long PAUSE = Duration.ofMinutes(1).toNanos();

	private final Logger logger;

	private final Map<Callee, Line> lines = new HashMap<>();

	EjectionLog(Logger logger) {
		this.logger = logger;
	}

	/**
	 * Logs what has changed.
	 * @param ejected all who are ejected, each with its service
	 * @param listed whether an address is in the list of a service
	 */
	void tell(Map<Callee, String> ejected, Predicate<Callee> listed, long now) {
		ejected.forEach((callee, service) -> {
			Line known = this.lines.get(callee);
			Standing standing = callee.standing();
			Cause cause = standing.cause();
			// Else it has come back meanwhile.
			if (cause != null && (known == null || known.isToBeFollowedBy(cause, now))) {
				this.lines.put(callee, new Line(service, cause, now, standing.since()));
				warn(callee, service, cause);
			}
		});
		this.lines.replaceAll((callee, line) -> {
			if (line.isOut() && !ejected.containsKey(callee)) {
				inform(callee, line, listed, now);
				return new Line(line.service(), null, line.warnedAt(), line.since());
			}
			return line;
		});
		this.lines.values().removeIf((line) -> !line.isOut() && now - line.warnedAt() >= PAUSE);
	}

	private void warn(Callee callee, String service, Cause cause) {
		this.logger.warn("Instance {} of service {} is not called any more: {}{}", Bytes.utf8(callee.address()),
				Bytes.utf8(service), cause.text(), cause.isThrown() ? callee.lastThrown() : "");
	}

	private void inform(Callee callee, Line line, Predicate<Callee> listed, long now) {
		if (callee.standing().isIn()) {
			this.logger.info("Instance {} of service {} is called again, after {} ms", Bytes.utf8(callee.address()),
					Bytes.utf8(line.service()), Duration.ofNanos(now - line.since()).toMillis());
		}
		else {
			this.logger.info("Instance {} of service {} is not left out any more: {}", Bytes.utf8(callee.address()),
					Bytes.utf8(line.service()),
					listed.test(callee) ? "too few others would be left" : "it has left the registry");
		}
	}

	/**
	 * What was logged last of an instance.
	 *
	 * @param cause why it is out, or null where it is back
	 */
	private record Line(String service, @Nullable Cause cause, long warnedAt, long since) {

		boolean isOut() {
			return this.cause != null;
		}

		/** What an operator does is always logged. */
		boolean isToBeFollowedBy(Cause present, long now) {
			boolean byHand = present == Cause.BY_HAND && this.cause != Cause.BY_HAND;
			return byHand || (!isOut() && now - this.warnedAt >= PAUSE);
		}

	}

}
