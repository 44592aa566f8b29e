package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.function.LongPredicate;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.registry.Outcome.Occupied;
import io.github.etcddiscovery.registry.Outcome.Written;
import org.jspecify.annotations.Nullable;

/**
 * What is being done to one key: at most one put or removal at a time. What is seen of
 * the key meanwhile waits for its end, because only then is it clear whether it is news:
 * half of the events about our own writes arrive before the write's answer. Confined to
 * the loop's thread.
 */
final class KeyWork {

	private final KeyWriter writer;

	private final KeyRemoval removal;

	private final RegistryContext context;

	private final LeaseKeeper leases;

	private final Listener listener;

	private boolean busy;

	private @Nullable Bytes standing;

	/**
	 * Up to this revision the state of the key is known; what was seen before is old
	 * news.
	 */
	private long known;

	private @Nullable Signal pending;

	private boolean doubtful;

	/** Lease of the session that the key was taken over from; 0 for none. */
	private long predecessor;

	/** Whether in a store that went back our predecessor's key may stand again. */
	private boolean mayStandAsBefore;

	KeyWork(Bytes key, RegistryContext context, LeaseKeeper leases, StateReport report, Listener listener) {
		this.writer = new KeyWriter(key, context, leases);
		this.removal = new KeyRemoval(this.writer, context, new Pace(context, leases), report);
		this.context = context;
		this.leases = leases;
		this.listener = listener;
	}

	boolean busy() {
		return this.busy;
	}

	boolean mayStand() {
		return this.writer.mayStand();
	}

	/** Can be called from any thread. */
	Duration outFor() {
		return this.writer.outFor();
	}

	/** Whether the key stands with this value under our lease, as far as we know. */
	boolean stands(Bytes value) {
		return value.equals(this.standing);
	}

	void put(Bytes value, boolean takeOver) {
		this.busy = true;
		this.standing = null;
		long startedAt = this.context.loop().now();
		LongPredicate takesOver = (lease) -> takeOver || (this.mayStandAsBefore && lease == this.predecessor);
		this.context.loop().whenDone(this.writer.put(value, takesOver, this.listener::wanted), (outcome, failure) -> {
			EtcdDiscoveryException cause = (failure != null) ? EtcdDiscoveryException.of("write of a key", failure)
					: null;
			this.busy = false;
			if (outcome != null) {
				this.known = outcome.revision();
			}
			if (outcome instanceof Written || cause != null) {
				this.context.options().observer().registerAttempt(this.context.loop().since(startedAt), cause);
			}
			tell(value, outcome, cause);
			lookAtPending();
			this.listener.idle();
		});
	}

	private void tell(Bytes value, @Nullable Outcome outcome, @Nullable EtcdDiscoveryException cause) {
		if (outcome instanceof Written written) {
			this.standing = value;
			this.predecessor = (written.replaced() != null) ? written.replaced().lease() : this.predecessor;
			this.mayStandAsBefore = false;
			this.listener.written(written);
		}
		else if (outcome instanceof Occupied occupied) {
			this.listener.occupied(occupied.entry());
		}
		else if (cause != null) {
			this.listener.failed(cause);
		}
	}

	void remove() {
		this.busy = true;
		this.standing = null;
		this.removal.start((revision) -> {
			this.busy = false;
			this.known = revision;
			lookAtPending();
			this.listener.idle();
		});
	}

	/**
	 * Ends a removal that is waiting for its next attempt, or after the attempt that is
	 * under way.
	 */
	void stopRemoval() {
		this.removal.stop();
	}

	void signal(Signal signal) {
		this.pending = signal;
		lookAtPending();
	}

	/**
	 * The store is at a lower revision than it was: wiped, or restored from a backup.
	 * Revisions that were known are of another age than those that are seen from now on.
	 */
	void storeWentBack() {
		this.doubtful = true;
		lookAtPending();
	}

	private void lookAtPending() {
		if (this.busy) {
			return;
		}
		Signal signal = this.pending;
		this.pending = null;
		if (this.doubtful) {
			lookAnew();
		}
		else if (signal != null && signal.revision() >= this.known) {
			lookAt(signal.entry());
		}
	}

	private void lookAnew() {
		this.doubtful = false;
		this.mayStandAsBefore = true;
		this.known = 0;
		if (this.listener.wanted()) {
			this.listener.doubtful();
		}
		else {
			removeAgain();
		}
	}

	private void lookAt(@Nullable Entry entry) {
		if (this.listener.wanted()) {
			this.standing = (entry != null && this.leases.current(entry)) ? entry.value() : null;
			this.listener.seen(entry);
			this.listener.idle();
		}
		else if (entry != null) {
			removeAgain();
		}
	}

	/**
	 * etcd can apply a put that it took before it froze long after its deadline
	 * [measured], and a store that was restored can hold the key again.
	 */
	private void removeAgain() {
		this.writer.mayStandFrom(Duration.ZERO);
		this.listener.idle();
	}

	/**
	 * A removal of the same key is broken off: what it had not finished is now for this
	 * one to finish.
	 */
	void inherit(KeyWork other) {
		if (other.busy || other.mayStand()) {
			this.writer.mayStandFrom(this.context.client().requestTimeout());
		}
	}

	/**
	 * What was seen of the key from outside.
	 *
	 * @param revision revision of the store at which it was so
	 * @param entry what stands there; null where the key is gone
	 */
	record Signal(long revision, @Nullable Entry entry) {

	}

	/**
	 * Is told how the work went. The calls of one answer follow each other; {@code idle}
	 * is the last.
	 */
	interface Listener {

		/**
		 * Whether the key shall stand in etcd at all; asked again and again while a put
		 * is under way.
		 */
		boolean wanted();

		void written(Written written);

		void occupied(Entry other);

		void failed(EtcdDiscoveryException cause);

		/** What stands in etcd now, where it is news; null for nothing. */
		void seen(@Nullable Entry entry);

		/** Nothing that was known holds any more: the key has to be read. */
		void doubtful();

		/** Nothing is under way: the next piece of work can begin. */
		void idle();

	}

}
