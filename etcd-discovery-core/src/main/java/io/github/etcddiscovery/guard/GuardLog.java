package io.github.etcddiscovery.guard;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.loop.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the mass-loss guard says: one line when it begins to hold something, of whatever
 * it has begun to hold by then of all services, and one when nothing is held any more.
 * Confined to the loop's thread. Not part of the API that users write against; may
 * change.
 */
public final class GuardLog {

	private static final Logger logger = LoggerFactory.getLogger(GuardLog.class);

	/** So many services are named. */
	private static final int NAMED = 3;

	/** What befalls one service befalls others at nearly the same time. */
	private static final Duration SOON = Duration.ofMillis(200);

	private final EventLoop loop;

	private final GuardOptions options;

	private final Set<String> services = new LinkedHashSet<>();

	private EventLoop.Timer begins = EventLoop.Timer.NONE;

	private boolean begun;

	private int held;

	/** How many instances these services had. */
	private int of;

	private int cameBack;

	private int refused;

	private int over;

	/**
	 * Prepares.
	 * @param loop has the timers
	 * @param options what is kept when
	 */
	public GuardLog(EventLoop loop, GuardOptions options) {
		this.loop = loop;
		this.options = options;
	}

	/**
	 * Instances are kept from now on.
	 * @param service name of their service
	 * @param instances how many
	 * @param of how many instances the service had
	 */
	public void held(String service, int instances, int of) {
		if (this.services.isEmpty()) {
			this.begins = this.loop.schedule(SOON, this::begin);
		}
		this.held += instances;
		this.of += this.services.add(service) ? of : 0;
		logger.debug("{} instances of service '{}' vanished from etcd and are kept", instances, Bytes.utf8(service));
	}

	/** One of those that were held is in etcd again. */
	public void cameBack() {
		this.cameBack++;
	}

	/** One of those that were held accepts no connection. */
	public void refused() {
		this.refused++;
	}

	/** One of those that were held was held for long enough. */
	public void over() {
		this.over++;
	}

	/** The last one that was held is not any more. */
	public void nothingIsHeld() {
		if (!this.services.isEmpty()) {
			begin();
			logger.info(
					"No instance of {} is kept any more, of {} that had vanished from etcd: {} came back,"
							+ " {} accepted no connection, {} were kept for long enough",
					named(), this.held, this.cameBack, this.refused, this.over);
			this.services.clear();
			this.begun = false;
			this.held = 0;
			this.of = 0;
			this.cameBack = 0;
			this.refused = 0;
			this.over = 0;
		}
	}

	private void begin() {
		this.begins.cancel();
		if (!this.begun) {
			this.begun = true;
			logger.warn(
					"{} of {} instances of {} vanished from etcd within {} without a goodbye, and are kept until they"
							+ " come back, for {} at most{}",
					this.held, this.of, named(), this.options.ttl(), this.options.hold(),
					this.options.probe() ? " and while they accept connections" : "");
		}
	}

	private String named() {
		StringBuilder names = new StringBuilder(
				(this.services.size() == 1) ? "service " : this.services.size() + " services, among them ");
		this.services.stream()
			.limit(NAMED)
			.forEach((name) -> names.append(names.charAt(names.length() - 1) == '\'' ? ", " : "")
				.append('\'')
				.append(Bytes.utf8(name))
				.append('\''));
		return names.toString();
	}

}
