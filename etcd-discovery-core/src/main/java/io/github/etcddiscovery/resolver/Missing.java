package io.github.etcddiscovery.resolver;

/**
 * An instance that stood in etcd a short while ago and does not any more. Confined to the
 * loop's thread.
 */
final class Missing {

	private final FeedEntry entry;

	private final long since;

	private Farewell farewell;

	private Place place;

	/** Whether it is being found out whether it has said goodbye. */
	private boolean goodbyeAsked;

	/** Whether it is being asked for a connection. */
	private boolean probed;

	/** When it is asked for a connection again. */
	private long nextProbe;

	/**
	 * Notes that it is missing.
	 * @param entry what stood in etcd
	 * @param since when it vanished, by the loop's clock
	 * @param farewell what is known of why
	 */
	Missing(FeedEntry entry, long since, Farewell farewell) {
		this.entry = entry;
		this.since = since;
		this.farewell = farewell;
		this.place = (farewell == Farewell.SAID) ? Place.LET_GO : Place.UNDECIDED;
		this.nextProbe = since;
	}

	FeedEntry entry() {
		return this.entry;
	}

	long since() {
		return this.since;
	}

	Farewell farewell() {
		return this.farewell;
	}

	void farewell(Farewell farewell) {
		this.farewell = farewell;
	}

	Place place() {
		return this.place;
	}

	void place(Place place) {
		this.place = place;
	}

	boolean isGoodbyeAsked() {
		return this.goodbyeAsked;
	}

	void goodbyeIsAsked() {
		this.goodbyeAsked = true;
	}

	boolean isShown() {
		return this.place == Place.UNDECIDED || this.place == Place.HELD;
	}

	/** Tells whether to ask now for a connection. */
	boolean isProbeDue(long now) {
		return !this.probed && (this.place == Place.HELD || this.place == Place.WAITING) && now - this.nextProbe >= 0;
	}

	void probeBegins() {
		this.probed = true;
	}

	void probeEnds(long nextProbe) {
		this.probed = false;
		this.nextProbe = nextProbe;
	}

	/**
	 * Whether it wanted to go.
	 */
	enum Farewell {

		/** It did: its key was deleted while its lease was alive. */
		SAID,

		/** Perhaps: its key was deleted, and nobody has asked for its lease yet. */
		PERHAPS,

		/** Nothing says so. */
		NOT_SAID

	}

	/**
	 * What becomes of it for readers.
	 */
	enum Place {

		/** It is shown as before, until it is decided whether to hold it. */
		UNDECIDED,

		/** It is shown, because it may well be there. */
		HELD,

		/** It is not shown, but will be as soon as it accepts a connection. */
		WAITING,

		/** It is not shown, for too few had vanished with it; that may change. */
		GONE,

		/** It is not shown; remembered, for one that comes back is no new one. */
		LET_GO

	}

}
