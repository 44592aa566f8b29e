package io.github.etcddiscovery.resolver;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * What readers see of one service. The snapshot is written by the loop's thread only.
 */
final class Slot {

	private final String service;

	private final AtomicReference<@Nullable FirstRead> followed = new AtomicReference<>();

	private volatile ServiceSnapshot snapshot;

	private volatile boolean used;

	Slot(String service) {
		this.service = service;
		this.snapshot = new ServiceSnapshot(service, 0, List.of(), ServiceSnapshot.State.UNREAD);
	}

	String service() {
		return this.service;
	}

	/**
	 * For readers. That the slot is in use is noted by a flag and not by the time: a
	 * field that every lookup writes would be fought over by every core.
	 */
	ServiceSnapshot read() {
		if (!this.used) {
			this.used = true;
		}
		return this.snapshot;
	}

	/** For everybody else. */
	ServiceSnapshot snapshot() {
		return this.snapshot;
	}

	void publish(ServiceSnapshot snapshot) {
		this.snapshot = snapshot;
	}

	/**
	 * Tells whether the slot has been read since this was asked last.
	 */
	boolean takeUsed() {
		boolean was = this.used;
		this.used = false;
		return was;
	}

	/**
	 * Returns the first read of this service's own watches, or null where nobody has
	 * asked for it.
	 */
	@Nullable FirstRead followed() {
		return this.followed.get();
	}

	/**
	 * Notes that somebody asks for this service.
	 * @return whether it was the first
	 */
	boolean follow(FirstRead firstRead) {
		return this.followed.compareAndSet(null, firstRead);
	}

	void unfollow() {
		FirstRead before = this.followed.getAndSet(null);
		if (before != null) {
			before.done();
		}
	}

}
