package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Write;
import org.jspecify.annotations.Nullable;

/**
 * What this process has written to one key and must not forget yet: etcd can apply a
 * write long after its deadline, and what stands there may be a write of ours or the edit
 * of somebody else. Confined to the loop's thread.
 */
final class OwnWrites {

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

	void sending(Write write) {
		if (write instanceof Write.Put put) {
			this.sent.add(put.value());
		}
	}

	void committed(long revision) {
		this.sent.clear();
		this.committedAt = revision;
		this.deletedAt = 0;
		if (this.unansweredCreate != null) {
			this.unansweredCreate = this.unansweredCreate.whenOvertaken();
		}
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
