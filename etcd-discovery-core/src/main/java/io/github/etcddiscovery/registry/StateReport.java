package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.client.Entry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the world where one key stands: other threads by a status, people by one line on
 * entering a state that matters and none for the retries in between, metrics by the
 * observer.
 */
final class StateReport {

	private static final Logger logger = LoggerFactory.getLogger(EtcdRegistry.class);

	static final String NO_RENEWAL = "no renewal of the lease was acknowledged for 2/3 of its time to live";

	private static final String FIGHT = "the key was deleted more than 3 times in a minute while its lease was alive; it "
			+ "is put back once per TTL. To take the instance out, suspend its registration";

	private final String service;

	private final Bytes key;

	private final DiscoveryObserver observer;

	private RegistrationState logged = RegistrationState.REGISTERING;

	private volatile KeyStatus status;

	StateReport(Target target, DiscoveryObserver observer) {
		this.service = target.service();
		this.key = target.key();
		this.observer = observer;
		this.status = new KeyStatus(target.layout().codec().format(), this.key.toString(),
				RegistrationState.REGISTERING, 0, null);
	}

	static String conflict(Entry other) {
		return "the key stands under lease " + Long.toHexString(other.lease())
				+ ", which is not ours: another process that advertises the same address has replaced this one. Nothing "
				+ "is written until that key is gone; give one of the two another address";
	}

	KeyStatus status() {
		return this.status;
	}

	void entered(RegistrationState state, int attempts, @Nullable String problem) {
		boolean news = state != this.logged && state != RegistrationState.REGISTERING;
		if (news) {
			this.logged = state;
		}
		enter(state, attempts, problem, news ? level(state) : Level.DEBUG);
	}

	/**
	 * Enters WAITING for a reason of its own: one ERROR for all pauses of one fight, and
	 * nothing for its truces.
	 */
	void pausing(boolean first) {
		if (first) {
			this.logged = RegistrationState.WAITING;
		}
		enter(RegistrationState.WAITING, 0, FIGHT, first ? Level.ERROR : Level.DEBUG);
	}

	private void enter(RegistrationState state, int attempts, @Nullable String problem, Level level) {
		KeyStatus old = this.status;
		this.status = new KeyStatus(old.format(), old.key(), state, attempts, problem);
		logger.atLevel(level)
			.log("Registration of {} as {} is {}{}", this.service, this.key, state,
					(problem != null) ? ": " + problem : "");
		if (old.state() != state) {
			this.observer.registrationState(this.service, old.key(), old.state().name(), state.name());
		}
	}

	void updateFailed(int attempts, @Nullable String problem) {
		KeyStatus old = this.status;
		this.status = new KeyStatus(old.format(), old.key(), old.state(), attempts, problem);
		logger.atLevel((attempts == 1) ? Level.WARN : Level.DEBUG)
			.log("Update of {} of service {} has had no success yet and goes on: {}", this.key, this.service, problem);
	}

	void tookOver(Entry other) {
		logger.info("Registration of {} took {} over from lease {}: its own predecessor's, unless two processes "
				+ "advertise the same address", this.service, this.key, Long.toHexString(other.lease()));
	}

	void removalFailed(int attempts, String problem) {
		logger.atLevel((attempts == 1) ? Level.WARN : Level.DEBUG)
			.log("Removal of {} of service {} has had no success yet and goes on: {}", this.key, this.service, problem);
	}

	private static Level level(RegistrationState state) {
		return switch (state) {
			case CONFLICT, DENIED -> Level.ERROR;
			case FAILED, WAITING, UNCERTAIN -> Level.WARN;
			case REGISTERING, REGISTERED, OUT, CLOSED -> Level.INFO;
		};
	}

}
