package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import org.slf4j.Logger;

/**
 * One line when an instance is ejected, one when it is back. An instance that comes and
 * goes is warned of once in a minute: where it was not, for that reason, its return is
 * not logged either, and where it stays ejected, it is warned of when the minute is over.
 * Confined to one thread.
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
	 */
	void tell(Map<Callee, String> ejected, long now) {
		ejected.forEach((callee, service) -> {
			Line known = this.lines.get(callee);
			if (known == null || (!known.isOut() && now - known.warnedAt() >= PAUSE)) {
				this.lines.put(callee, new Line(service, true, now, callee.standing().since()));
				warn(callee, service);
			}
		});
		this.lines.replaceAll((callee, line) -> {
			if (line.isOut() && !ejected.containsKey(callee)) {
				inform(callee, line, now);
				return new Line(line.service(), false, line.warnedAt(), line.since());
			}
			return line;
		});
		this.lines.values().removeIf((line) -> !line.isOut() && now - line.warnedAt() >= PAUSE);
	}

	private void warn(Callee callee, String service) {
		Cause cause = callee.standing().cause();
		this.logger.warn("Instance {} of service {} is not called any more: {}{}", Bytes.utf8(callee.address()),
				Bytes.utf8(service), (cause != null) ? cause.text() : "it failed",
				(cause != null && cause.isThrown()) ? callee.lastThrown() : "");
	}

	private void inform(Callee callee, Line line, long now) {
		if (callee.standing().isIn()) {
			this.logger.info("Instance {} of service {} is called again, after {} ms", Bytes.utf8(callee.address()),
					Bytes.utf8(line.service()), Duration.ofNanos(now - line.since()).toMillis());
		}
		else {
			this.logger.info("Instance {} of service {} is not left out any more: it is not listed, or too few others "
					+ "are left", Bytes.utf8(callee.address()), Bytes.utf8(line.service()));
		}
	}

	/** What was logged last of an instance. */
	private record Line(String service, boolean isOut, long warnedAt, long since) {

	}

}
