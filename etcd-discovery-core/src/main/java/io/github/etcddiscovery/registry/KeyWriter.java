package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.registry.Outcome.Abandoned;
import io.github.etcddiscovery.registry.Outcome.Occupied;
import io.github.etcddiscovery.registry.Outcome.Removed;
import io.github.etcddiscovery.registry.Outcome.Written;
import org.jspecify.annotations.Nullable;

/**
 * Writes and removes one key, always in the same way: read it, then write by a
 * transaction on the revision that was just read, so that a write of an earlier attempt
 * that comes late cannot do harm. One attempt at a time. Confined to the loop's thread.
 */
final class KeyWriter {

	private final Bytes key;

	private final RegistryContext context;

	private final LeaseKeeper leases;

	/** Until when (loop's time) a write whose outcome is unknown may still be applied. */
	private long unknownUntil;

	private volatile boolean mayStand;

	/** When the key was found to be gone; null where none was ever written. */
	private volatile @Nullable Long goneAt;

	KeyWriter(Bytes key, RegistryContext context, LeaseKeeper leases) {
		this.key = key;
		this.context = context;
		this.leases = leases;
		this.unknownUntil = context.loop().now();
	}

	/**
	 * Whether a key of ours may stand in etcd: a put has been sent, and no removal
	 * confirmed since.
	 */
	boolean mayStand() {
		return this.mayStand;
	}

	/**
	 * Another writer of ours may have left the key behind, or may still leave it behind
	 * within a time.
	 */
	void mayStandFrom(Duration within) {
		this.mayStand = true;
		if (within.compareTo(unknownFor()) > 0) {
			this.unknownUntil = this.context.loop().now() + within.toNanos();
		}
	}

	/** For how long no key of ours has stood in etcd. Can be called from any thread. */
	Duration outFor() {
		Long since = this.goneAt;
		if (this.mayStand) {
			return Duration.ZERO;
		}
		return (since == null) ? ChronoUnit.FOREVER.getDuration() : this.context.loop().since(since);
	}

	/**
	 * For how long a write without answer may still be applied; not above zero where
	 * there is none.
	 */
	Duration unknownFor() {
		return Duration.ofNanos(this.unknownUntil - this.context.loop().now());
	}

	/**
	 * Makes the key stand under our lease with a value.
	 * @param value the value
	 * @param takeOver whether the key is also taken from another's live session, by its
	 * lease
	 * @param wanted asked again before something is written
	 */
	CompletableFuture<Outcome> put(Bytes value, LongPredicate takeOver, BooleanSupplier wanted) {
		return read().thenComposeAsync((read) -> {
			Entry entry = only(read);
			if (!wanted.getAsBoolean()) {
				return done(new Abandoned(read.revision()));
			}
			if (entry != null && this.leases.foreign(entry) && !takeOver.test(entry.lease())) {
				return done(new Occupied(read.revision(), entry));
			}
			return this.leases.session()
				.thenComposeAsync((session) -> wanted.getAsBoolean() ? put(value, takeOver, wanted, read, session)
						: done(new Abandoned(read.revision())), this.context.loop());
		}, this.context.loop());
	}

	private CompletionStage<Outcome> put(Bytes value, LongPredicate takeOver, BooleanSupplier wanted, Listing read,
			LeaseSession session) {
		Entry entry = only(read);
		if (entry != null && entry.lease() == session.id() && entry.value().equals(value)) {
			return done(new Written(read.revision(), session, null, false));
		}
		Entry replaced = (entry != null && this.leases.foreign(entry)) ? entry : null;
		boolean stoodBefore = this.mayStand;
		this.mayStand = true;
		return commit(new Write.Put(this.key, value, session.id(), revision(entry)))
			.whenCompleteAsync((committed, failure) -> {
				if (failure != null) {
					putFailed(EtcdDiscoveryException.of("put", failure), session, stoodBefore);
				}
			}, this.context.loop())
			.thenComposeAsync((committed) -> committed.applied()
					? done(new Written(committed.revision(), session, replaced, true)) : put(value, takeOver, wanted),
					this.context.loop());
	}

	private void putFailed(EtcdDiscoveryException cause, LeaseSession session, boolean stoodBefore) {
		if (cause.kind().certainlyNotApplied()) {
			this.mayStand = stoodBefore;
		}
		if (cause.kind() == Kind.LEASE_NOT_FOUND) {
			this.leases.lostByWrite(session, cause);
		}
	}

	/**
	 * Makes the key vanish, as far as it is ours.
	 * @param wanted asked again before something is deleted: a successor at the same key
	 * writes under the same lease
	 */
	CompletableFuture<Outcome> remove(BooleanSupplier wanted) {
		return read().thenComposeAsync((read) -> {
			Entry entry = only(read);
			if (!wanted.getAsBoolean()) {
				return done(new Abandoned(read.revision()));
			}
			if (entry == null || !this.leases.ours(entry)) {
				return removed(read.revision());
			}
			return commit(new Write.Delete(this.key, entry.modRevision())).thenComposeAsync(
					(committed) -> committed.applied() ? removed(committed.revision()) : remove(wanted),
					this.context.loop());
		}, this.context.loop());
	}

	private CompletionStage<Outcome> removed(long revision) {
		this.goneAt = this.context.loop().now();
		this.mayStand = unknownFor().compareTo(Duration.ZERO) > 0;
		return done(new Removed(revision));
	}

	private CompletableFuture<Listing> read() {
		return this.context.client()
			.list(KeyRange.single(this.key))
			.whenComplete((read, failure) -> note((read != null) ? read.revision() : 0));
	}

	private void note(long revision) {
		this.context.newest().accumulate(revision);
	}

	private CompletableFuture<Committed> commit(Write write) {
		long deadline = this.context.loop().now() + this.context.client().requestTimeout().toNanos();
		return this.context.client().commit(write).whenCompleteAsync((committed, failure) -> {
			note((committed != null) ? committed.revision() : 0);
			if (failure != null && !EtcdDiscoveryException.of(write.toString(), failure).kind().certainlyNotApplied()) {
				this.unknownUntil = deadline;
			}
		}, this.context.loop());
	}

	private static CompletableFuture<Outcome> done(Outcome outcome) {
		return CompletableFuture.completedFuture(outcome);
	}

	private static @Nullable Entry only(Listing listing) {
		return listing.entries().isEmpty() ? null : listing.entries().get(0);
	}

	private static long revision(@Nullable Entry entry) {
		return (entry != null) ? entry.modRevision() : 0;
	}

}
