package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

	/** The store may have gone back: nothing tells who has written what is found. */
	private static final long NO_REVISION_TELLS = Long.MAX_VALUE;

	/**
	 * Revision of what stood last and is known to be ours: committed, found as wanted, or
	 * judged as an edit; 0 for none yet, or {@link #NO_REVISION_TELLS}.
	 */
	private long knownAt;

	/** The value that others have seen there since; null where the key was deleted. */
	private @Nullable Bytes known;

	/** Revision that a delete without answer was made on; 0 where there is none. */
	private long deletedAt;

	/**
	 * Creates whose answers never came and that were not found: until their lease ends,
	 * each may come whenever somebody has deleted the key, and is no edit then.
	 */
	private final List<Write.Put> lateCreates = new ArrayList<>();

	/** Puts whose answers never came, and that may still be applied. */
	private final List<LatePut> latePuts = new ArrayList<>();

	/**
	 * Since when no key of ours has stood, in the loop's time, or one of the two above.
	 */
	private volatile long outSince = ALWAYS;

	/** The same before the last write that was sent, for where it is not applied. */
	private long outBefore = ALWAYS;

	void sending(Write write) {
		this.outBefore = this.outSince;
		if (write instanceof Write.Put) {
			this.outSince = NOT_OUT;
		}
	}

	/** The write that was under way was certainly not applied. */
	void notApplied() {
		this.outSince = this.outBefore;
	}

	void committed(Write write, long revision) {
		know(revision, (write instanceof Write.Put put) ? put.value() : null);
		this.deletedAt = 0;
		this.latePuts.replaceAll(LatePut::whenOvertaken);
	}

	/** An entry was found that is as wanted, or an edit that was taken over. */
	void foundAsOurs(Entry entry) {
		know(entry.modRevision(), entry.value());
	}

	/** An edit was found that is not taken over: it is none any more. */
	void refused(Entry entry) {
		know(entry.modRevision(), this.known);
	}

	private void know(long revision, @Nullable Bytes value) {
		this.knownAt = revision;
		this.known = value;
	}

	/**
	 * The key was found.
	 * @param entry what stands there
	 * @param ours whether that is ours
	 * @param now time of the loop
	 */
	void found(@Nullable Entry entry, boolean ours, long now) {
		if (entry != null && entry.modRevision() > this.knownAt) {
			findLateCreate(new Write.Put(entry.key(), entry.value(), entry.lease(), 0), entry.modRevision());
		}
		this.latePuts.removeIf((put) -> !put.isOrMayBecome(entry) || put.isOver(now));
		if (ours) {
			this.outSince = NOT_OUT;
		}
		else if (this.outSince == NOT_OUT) {
			this.outSince = now;
		}
	}

	/** One that has come comes no more: what is equal to it later is an edit. */
	private void findLateCreate(Write.Put create, long revision) {
		if (this.lateCreates.remove(create)) {
			know(revision, create.value());
			if (!this.lateCreates.contains(create)) {
				this.latePuts.replaceAll((late) -> late.put.equals(create) ? late.whenOvertaken() : late);
			}
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

	/** A delete had no answer that says what became of it. */
	void unanswered(Write.Delete delete) {
		this.deletedAt = delete.expectedRevision();
	}

	/**
	 * A put had no answer that says what became of it.
	 * @param put the put
	 * @param lease its lease
	 * @param watchedUntil time of the loop until which the key is watched for it at least
	 */
	void unanswered(Write.Put put, RegistryLease lease, long watchedUntil) {
		this.lateCreates.removeIf((former) -> former.lease() != put.lease());
		if (put.expectedRevision() == 0) {
			this.lateCreates.add(put);
		}
		this.latePuts.removeIf((late) -> late.put.equals(put));
		this.latePuts.add(new LatePut(put, lease, watchedUntil, false));
	}

	/** The store may have gone back: no revision of before says anything. */
	void forgetCommitted() {
		know(NO_REVISION_TELLS, null);
	}

	/**
	 * Whether an entry is what is wanted, and nothing need be written. Under a lease that
	 * nobody renews any more nothing stands for long.
	 */
	boolean standsAsWanted(Entry entry, Bytes wanted, RegistryLease present) {
		return present.isRenewed() && entry.lease() == present.id() && entry.value().equals(wanted)
				&& !mayStillBeDeleted(entry);
	}

	/**
	 * Whether a delete of ours may still be applied to an entry: then nobody may rely on
	 * it, and a write of any kind puts an end to that.
	 */
	boolean mayStillBeDeleted(Entry entry) {
		return this.deletedAt == entry.modRevision();
	}

	/** Whether a put of ours may still be applied. */
	boolean mayStillAppear(long now) {
		this.latePuts.removeIf((put) -> put.isOver(now));
		return !this.latePuts.isEmpty();
	}

	/**
	 * Whether somebody else has edited our key: another value under our present lease,
	 * which is no write of ours that came late.
	 * @param entry what stands
	 * @param lease id of the present lease
	 */
	boolean isEditOfAnother(Entry entry, long lease) {
		return this.known != null && entry.modRevision() > this.knownAt && entry.lease() == lease
				&& this.latePuts.stream().noneMatch((late) -> !late.overtaken && late.isWritten(entry));
	}

	/** Values of ours that an edit can have been made of, the last known one first. */
	List<Bytes> values() {
		return Stream
			.concat(Stream.ofNullable(this.known),
					this.latePuts.stream().filter((late) -> !late.overtaken).map((late) -> late.put.value()))
			.toList();
	}

	/**
	 * A put whose answer never came. One that was made on what stood there can only be
	 * applied while that stands. A create can be whenever the key is absent: nothing puts
	 * an end to that but the end of its lease.
	 *
	 * @param put the put
	 * @param lease its lease
	 * @param watchedUntil until when (loop's time) the key is watched for it in any case
	 * @param overtaken whether a later write of ours has been committed
	 */
	private record LatePut(Write.Put put, RegistryLease lease, long watchedUntil, boolean overtaken) {

		LatePut whenOvertaken() {
			return new LatePut(this.put, this.lease, this.watchedUntil, true);
		}

		boolean isWritten(Entry entry) {
			return entry.lease() == this.put.lease() && entry.value().equals(this.put.value());
		}

		boolean isOrMayBecome(@Nullable Entry entry) {
			return this.put.expectedRevision() == 0
					|| (entry != null && (entry.modRevision() == this.put.expectedRevision() || isWritten(entry)));
		}

		boolean isOver(long now) {
			return now - this.watchedUntil >= 0 && (this.overtaken || !this.lease.mayLive());
		}

	}

}
