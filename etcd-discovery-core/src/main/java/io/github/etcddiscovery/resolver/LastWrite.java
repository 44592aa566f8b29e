package io.github.etcddiscovery.resolver;

/**
 * By which lease and at which revision a key was written last, as far as is known. A key
 * can be written again without any change of what it says, and then whoever holds this
 * sees so. Written by the resolver's thread only, read by any.
 */
class LastWrite {

	private volatile long lease;

	private volatile long revision;

	private volatile long writtenAt;

	LastWrite(long lease, long revision, long writtenAt) {
		this.lease = lease;
		this.revision = revision;
		this.writtenAt = writtenAt;
	}

	/**
	 * Returns the lease that the key is under.
	 * @return the id of the lease; 0 where there is none, or it is not known
	 */
	public final long lease() {
		return this.lease;
	}

	/**
	 * Returns the revision of etcd at which the key was written last.
	 * @return the mod revision; 0 where it is not known
	 */
	public final long revision() {
		return this.revision;
	}

	/**
	 * Returns when that write was seen here. What began before says nothing of whoever
	 * has written it.
	 * @return the time by {@link System#nanoTime()}, or
	 * {@link DiscoveredInstance#NOT_YOUNG} where nobody here has seen it, see
	 * {@link #wasWrittenAfter}
	 */
	public final long writtenAt() {
		return this.writtenAt;
	}

	/**
	 * Tells whether the write came later than something else.
	 * @param time by {@link System#nanoTime()}
	 * @return whether it did; false where nobody here has seen it
	 */
	public final boolean wasWrittenAfter(long time) {
		long written = this.writtenAt;
		return written != DiscoveredInstance.NOT_YOUNG && written - time > 0;
	}

	/** The key was written again. The time comes last: who reads it sees the others. */
	final void follow(LastWrite later) {
		this.lease = later.lease;
		this.revision = later.revision;
		this.writtenAt = later.writtenAt;
	}

}
