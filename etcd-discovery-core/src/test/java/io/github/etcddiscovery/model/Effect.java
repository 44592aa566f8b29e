package io.github.etcddiscovery.model;

/**
 * What a fault has really done to somebody: one that lasts and befalls nobody has done
 * nothing.
 */
public enum Effect {

	/** A call or a watch reached nobody, because the process was dead. */
	REACHED_NOBODY,

	/** A call or an answer waited until a frozen process went on. */
	FROZEN,

	/** All data was lost. */
	STORE_WIPED,

	/** A backup was restored. */
	STORE_RESTORED,

	/** A backup was restored, with revisions that leap ahead. */
	STORE_RESTORED_WITH_BUMP,

	/** A request took its time. */
	REQUEST_LATE,

	/** An answer, or a message of a stream, took its time. */
	ANSWER_LATE,

	/** A call was applied, and its answer was lost. */
	ANSWER_LOST,

	/** A call was applied, and its answer became an error. */
	ANSWER_GARBLED,

	/** A call was refused, other than a renewal. */
	CALL_REFUSED,

	/** A renewal was refused. */
	RENEWAL_REFUSED,

	/** The creation of a watch was refused, for this watch alone. */
	WATCH_REFUSED,

	/** A write was refused, because the database was full. */
	DATABASE_FULL,

	/** A write was refused, because the key may not be written. */
	KEY_FORBIDDEN,

	/** A put or a renewal was refused for another key of its lease. */
	LEASE_FORBIDDEN,

	/** A write was taken and not applied before its deadline. */
	WRITE_TAKEN,

	/** A write changed the store after its deadline. */
	WRITE_APPLIED_LATE,

	/** A write that was taken was applied before one that was taken earlier. */
	WRITE_OVERTOOK,

	/** A stale leader has listed other keys of a lease than there were. */
	STALE_LIST,

	/** A list came in several pages. */
	LIST_IN_PAGES,

	/** The revision of a list was compacted away between its pages. */
	LIST_COMPACTED,

	/** A stream with watches broke. */
	STREAM_BROKEN,

	/** A stream was silent for so long that its client left it. */
	STREAM_LEFT,

	/** A stream waited, because no more were allowed. */
	STREAM_WAITED,

	/** A watch needed a new stream beside the one that there was, for a new token. */
	STREAM_REPLACED,

	/** A change was not told to a watch. */
	CHANGE_LOST,

	/** A message waited, because nothing got through to the owner. */
	MESSAGE_HELD_BACK,

	/** A watch was ended because its history was compacted away. */
	WATCH_COMPACTED,

	/** A watch was served and not confirmed. */
	WATCH_UNCONFIRMED

}
