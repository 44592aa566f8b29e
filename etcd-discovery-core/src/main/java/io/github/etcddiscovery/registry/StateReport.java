package io.github.etcddiscovery.registry;

import java.util.Set;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
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

	static final String NO_RENEWAL = "no renewal of the lease was acknowledged for 2/3 of its time to live. Callers still "
			+ "see the instance until the lease ends in etcd; check that etcd is up and can be reached from here";

	private static final String FIGHT = "the key was deleted more than 3 times in a minute while its lease was alive; it "
			+ "is put back once per TTL. To take the instance out, suspend its registration";

	private final String service;

	private final Bytes wholeKey;

	private final DiscoveryObserver observer;

	private RegistrationState logged = RegistrationState.REGISTERING;

	/** Whether it was said how to edit a key in etcd. */
	private boolean saidHowToEdit;

	private volatile KeyStatus status;

	StateReport(String service, String format, Bytes key, DiscoveryObserver observer) {
		this.service = service;
		this.wholeKey = key;
		this.observer = observer;
		this.status = new KeyStatus(format, key.toString(), RegistrationState.REGISTERING, 0, null);
	}

	static String conflict(Entry other) {
		return "the key stands under lease " + Long.toHexString(other.lease())
				+ ", which is not ours: another process that advertises the same address has replaced this one. Nothing "
				+ "is written until that key is gone; give one of the two another address";
	}

	static String exhausted(int attempts, boolean stop, EtcdDiscoveryException cause) {
		return attempts + " attempts have failed, "
				+ (stop ? "given up until somebody resumes or updates it (retry.on-exhausted=stop)"
						: "still trying (retry.on-exhausted=continue)")
				+ "; the last: " + cause.getMessage();
	}

	KeyStatus status() {
		return this.status;
	}

	void entered(RegistrationState state, int attempts, @Nullable String problem) {
		boolean changed = state != this.logged && state != RegistrationState.REGISTERING;
		if (changed) {
			this.logged = state;
		}
		enter(state, attempts, problem, changed ? level(state) : Level.DEBUG);
	}

	/**
	 * Enters WAITING for a reason of its own: one ERROR for all pauses of one fight, and
	 * nothing for its truces.
	 */
	void enterPauseOfFight(boolean first) {
		if (first) {
			this.logged = RegistrationState.WAITING;
		}
		enter(RegistrationState.WAITING, 0, FIGHT, first ? Level.ERROR : Level.DEBUG);
	}

	private void enter(RegistrationState state, int attempts, @Nullable String problem, Level level) {
		RegistrationState before = this.status.state();
		show(state, attempts, problem);
		logger.atLevel(level)
			.log("Registration of {} is {}{}", whose(problem), state, (problem != null) ? ": " + problem : "");
		if (before != state) {
			this.observer.registrationState(this.service, this.wholeKey.escaped(), before.name(), state.name());
		}
	}

	/** The state stays, and what the update failed with is shown. */
	void updateFailed(int attempts, EtcdDiscoveryException cause) {
		show(this.status.state(), attempts, cause.getMessage());
		warnOnce("Update", attempts, cause);
	}

	/** Somebody else has changed what the instance is to be from now on. */
	void editTakenOver(Set<String> names) {
		logger.info("Somebody has changed {} of {} in etcd: taken over for as long as this process runs",
				Bytes.utf8(names.toString()), whose(null));
	}

	/** What somebody else has written is written over: one ERROR for all of one fight. */
	void editRefused(boolean atOnce, boolean fightBegins) {
		logger.atLevel(fightBegins ? Level.ERROR : atOnce ? Level.WARN : Level.DEBUG)
			.log("The value of {} was changed in etcd, and nothing of that is taken over: it cannot be read, is of another "
					+ "address, changes nothing that its format carries, or edits are not accepted. It is written again{}",
					whose(null), atOnce ? "" : " once per TTL, because this was the 4th time in a minute");
	}

	/** A put without a lease would leave the key behind for ever. */
	void lostItsLease() {
		logger.atLevel(this.saidHowToEdit ? Level.DEBUG : Level.WARN)
			.log("The key of {} was put without its lease, and is written again: to change it in etcd, keep the lease "
					+ "(etcdctl put --ignore-lease)", whose(null));
		this.saidHowToEdit = true;
	}

	void removalFailed(int attempts, EtcdDiscoveryException cause) {
		warnOnce("Removal", attempts, cause);
	}

	private void warnOnce(String what, int attempts, EtcdDiscoveryException cause) {
		logger.atLevel((attempts == 1) ? Level.WARN : Level.DEBUG)
			.log("{} of {} has had no success yet and goes on: {}", what, whose(cause.getMessage()),
					cause.getMessage());
	}

	/** The service, and its key unless the problem names that. */
	private String whose(@Nullable String problem) {
		boolean named = problem != null && problem.contains(key());
		return named ? this.service : this.service + " as " + key();
	}

	private void show(RegistrationState state, int attempts, @Nullable String problem) {
		this.status = new KeyStatus(this.status.format(), key(), state, attempts, problem);
	}

	private String key() {
		return this.status.key();
	}

	void tookOver(Entry other) {
		logger.info("Registration of {} took {} over from lease {}: its own predecessor's, unless two processes "
				+ "advertise the same address", this.service, key(), Long.toHexString(other.lease()));
	}

	private static Level level(RegistrationState state) {
		return switch (state) {
			case CONFLICT, DENIED -> Level.ERROR;
			case FAILED, WAITING, UNCERTAIN -> Level.WARN;
			case REGISTERING, REGISTERED, OUT, CLOSED -> Level.INFO;
		};
	}

}
