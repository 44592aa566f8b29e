package io.github.etcddiscovery.resolver;

import io.github.etcddiscovery.Instance;

/**
 * An instance as it stands in the registry: what it says of itself, and by which lease
 * and revision it says so at present. The same object for as long as the instance stays
 * as it is; when its process registers it anew with equal values, lease and revision
 * change here and no new snapshot is made. Safe for use by many threads. Not needed for
 * plain resolving; may change.
 */
public final class DiscoveredInstance extends LastWrite {

	/** Stands for a time that nobody here has seen: it may be any while ago. */
	public static final long NOT_YOUNG = Long.MIN_VALUE;

	private final Instance instance;

	private final long appearedAt;

	DiscoveredInstance(Instance instance, long lease, long revision, long writtenAt, long appearedAt) {
		super(lease, revision, writtenAt);
		this.instance = instance;
		this.appearedAt = appearedAt;
	}

	/** An instance of whose registration nothing is known. */
	static DiscoveredInstance unregistered(Instance instance) {
		return new DiscoveredInstance(instance, 0, 0, NOT_YOUNG, NOT_YOUNG);
	}

	/**
	 * Returns what the instance says of itself.
	 * @return the instance
	 */
	public Instance instance() {
		return this.instance;
	}

	/**
	 * Returns when an instance appeared at this address.
	 * @return the time by {@link System#nanoTime()}, or {@link #NOT_YOUNG} where it was
	 * there when the range was listed for the first time
	 */
	public long appearedAt() {
		return this.appearedAt;
	}

	/**
	 * Shows everything but the values of the tags, which may hold secrets.
	 * @return the instance, for messages and logs
	 */
	@Override
	public String toString() {
		return "DiscoveredInstance[" + this.instance + ", lease=" + Long.toHexString(lease()) + ", revision="
				+ revision() + "]";
	}

}
