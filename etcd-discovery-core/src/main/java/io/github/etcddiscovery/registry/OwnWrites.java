package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Write;
import org.jspecify.annotations.Nullable;

/**
 * What this process has written to one key and must not forget yet: etcd can apply a
 * write long after its deadline, and what stands there may be a write of ours or the edit
 * of somebody else. Confined to the loop's thread, but for {@link #outFor}.
 */
final class OwnWrites {

	static final Duration NEVER_STOOD = ChronoUnit.FOREVER.getDuration();

	/** No key of ours has ever stood. */
	private static final long ALWAYS = Long.MIN_VALUE;

	/** A key of ours stands, or may stand. */
	private static final long NOT_OUT = Long.MAX_VALUE;

	/** Values of the puts that were sent since the last committed write. */
	private final Set<Bytes> sent = new HashSet<>();

	/**
	 * Revision of the last committed write; 0 for none since the store went back, if it
	 * ever did.
	 */
	private long committedAt;

	/** Revision that a delete without answer was made on; 0 where there is none. */
	private long deletedAt;

	private @Nullable Create unansweredCreate;

	/**
	 * Since when no key of ours has stood, in the loop's time, or one of the two above.
	 */
	private volatile long outSince = ALWAYS;

	/** The same before the write that is under way. */
	private long outBefore = ALWAYS;

	void sending(Write write) {
		this.outBefore = this.outSince;
		if (write instanceof Write.Put put) {
			this.sent.add(put.value());
			this.outSince = NOT_OUT;
		}
	}

	/** The write that was under way was certainly not applied. */
	void notApplied() {
		this.outSince = this.outBefore;
	}

	void committed(long revision) {
		this.sent.clear();
		this.committedAt = revision;
		this.deletedAt = 0;
		if (this.unansweredCreate != null) {
			this.unansweredCreate = this.unansweredCreate.whenOvertaken();
		}
	}

	/** What stands is ours, or it is not. */
	void found(boolean ours, long now) {
		if (ours) {
			this.outSince = NOT_OUT;
		}
		else if (this.outSince == NOT_OUT) {
			this.outSince = now;
		}
	}

	/** For how long no key of ours has stood. Can be called from any thread. */
	Duration outFor(long now) {
		long since = this.outSince;
		if (since == NOT_OUT) {
			return Duration.ZERO;
		}
		return (since == ALWAYS) ? NEVER_STOOD : Duration.ofNanos(now - since);
	}

	/**
	 * A write had no answer that says what became of it.
	 * @param write the write
	 * @param lease the lease of a put; null for a delete
	 * @param watched for how long at least the key is to be watched for it
	 * @param now time of the loop
	 */
	void unanswered(Write write, @Nullable RegistryLease lease, Duration watched, long now) {
		if (write instanceof Write.Delete) {
			this.deletedAt = write.expectedRevision();
		}
		else if (write.expectedRevision() == 0 && lease != null) {
			this.unansweredCreate = new Create(lease, now + watched.toNanos(), false);
		}
	}

	void storeWentBack() {
		this.committedAt = 0;
	}

	/**
	 * Whether a delete of ours may still be applied to an entry: then nobody may rely on
	 * it, and a write of any kind puts an end to that.
	 */
	boolean mayStillBeDeleted(Entry entry) {
		return this.deletedAt == entry.modRevision();
	}

	/**
	 * Whether a create of ours may still be applied: nothing puts an end to that but the
	 * end of its lease, because it asks for nothing but that the key is absent.
	 */
	boolean mayStillAppear(long now) {
		if (this.unansweredCreate != null && this.unansweredCreate.isOver(now)) {
			this.unansweredCreate = null;
		}
		return this.unansweredCreate != null;
	}

	/**
	 * Whether somebody else has edited our key: another value under our present lease,
	 * which is no write of ours that came late.
	 * @param entry what stands
	 * @param lease id of the present lease
	 */
	boolean isEditOfAnother(Entry entry, long lease) {
		return this.committedAt > 0 && entry.modRevision() > this.committedAt && entry.lease() == lease
				&& !this.sent.contains(entry.value());
	}

	/**
	 * A create whose answer never came.
	 *
	 * @param lease the lease that it was made under
	 * @param watchedUntil until when (loop's time) the key is watched for it in any case
	 * @param overtaken whether a later write of ours has been committed
	 */
	private record Create(RegistryLease lease, long watchedUntil, boolean overtaken) {

		Create whenOvertaken() {
			return new Create(this.lease, this.watchedUntil, true);
		}

		boolean isOver(long now) {
			return now - this.watchedUntil >= 0 && (this.overtaken || !this.lease.mayLive());
		}

	}

}
