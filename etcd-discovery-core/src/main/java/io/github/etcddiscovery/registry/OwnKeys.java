package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.loop.EventLoop.Timer;
import io.github.etcddiscovery.retry.FailedAttempts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an eye on the keys of a registry, because a renewal that is acknowledged is no
 * proof that a key stands. Each is watched, all on the registry's own stream. Besides,
 * once every observe delay, and at once when a watch is there again after it had ended,
 * two questions are asked: which keys the lease has, and what stands under our keys.
 * Confined to the loop's thread.
 */
final class OwnKeys {

	private static final Logger logger = LoggerFactory.getLogger(OwnKeys.class);

	/** Etcd that is back is to be noticed soon, and a watch costs it little. */
	private static final Duration MAX_PAUSE = Duration.ofSeconds(2);

	/** After this time a watch counts as one that works. */
	private static final Duration PROVEN = Duration.ofSeconds(10);

	private final RegistryContext context;

	private final Reconciler registry;

	private final Map<Key, OwnWatch> watched = new HashMap<>();

	/** Keys whose watch has ended, until it is opened again soon. */
	private final Set<Key> unwatched = new LinkedHashSet<>();

	/** Keys whose watch is refused, until it is opened again with the next questions. */
	private final Set<Key> refused = new LinkedHashSet<>();

	private final FailedAttempts failures;

	private @Nullable Watches watches;

	private Timer opening = Timer.NONE;

	private Timer nextRound = Timer.NONE;

	/** Whether a watch has ended since the lease was last asked for its keys. */
	private boolean missedSome;

	private boolean warned;

	OwnKeys(RegistryContext context, Reconciler registry) {
		this.context = context;
		this.registry = registry;
		this.failures = new FailedAttempts(context.options().retry(), context.random());
	}

	/** Watches a key from now on, unless it is watched. */
	void watch(Key key) {
		if (!this.watched.containsKey(key) && !this.unwatched.contains(key) && !this.refused.contains(key)) {
			open(key, false);
		}
	}

	private void open(Key key, boolean again) {
		if (this.watches == null) {
			this.watches = this.context.client().watches(this.context.loop());
			scheduleRound();
		}
		OwnWatch watch = new OwnWatch(key, again);
		this.watched.put(key, watch);
		watch.open(this.watches);
	}

	void unwatch(Key key) {
		this.unwatched.remove(key);
		this.refused.remove(key);
		OwnWatch watch = this.watched.remove(key);
		if (watch != null) {
			watch.close();
		}
	}

	void close() {
		this.watched.clear();
		this.unwatched.clear();
		this.refused.clear();
		this.opening.cancel();
		this.nextRound.cancel();
		if (this.watches != null) {
			this.watches.close();
		}
	}

	/** etcd answers again: what waits for its time is tried now. */
	void etcdAnswers() {
		if (!this.unwatched.isEmpty()) {
			openAll();
		}
	}

	private void ended(Key key, EtcdDiscoveryException cause, boolean worked) {
		this.missedSome = true;
		if (cause.kind().refused()) {
			this.refused.add(key);
			return;
		}
		if (worked) {
			this.failures.clear();
		}
		if (this.unwatched.isEmpty()) {
			Duration pause = this.failures.add(false, MAX_PAUSE);
			logger.debug("Watches of own keys have ended, opening them again in {} ms: {}", pause.toMillis(),
					cause.getMessage());
			this.opening = this.context.loop().schedule(pause, this::openAll);
		}
		this.unwatched.add(key);
	}

	private void openAll() {
		this.opening.cancel();
		List<Key> keys = new ArrayList<>(this.unwatched);
		this.unwatched.clear();
		keys.forEach((key) -> open(key, true));
		if (this.failures.count() > 1) {
			// Where no watch can be had, the questions stand in for it.
			ask();
		}
	}

	private void scheduleRound() {
		this.nextRound = this.context.loop().schedule(this.context.options().retry().observeDelay(), () -> {
			scheduleRound();
			this.registry.forgetWhatIsOver();
			this.unwatched.addAll(this.refused);
			this.refused.clear();
			openAll();
			ask();
		});
	}

	private void ask() {
		askTheLease();
		this.registry.keys().forEach(this.registry.reads()::ask);
	}

	private void askTheLease() {
		RegistryLease lease = this.registry.leases().present();
		this.missedSome = false;
		if (lease != null) {
			long askedAt = this.registry.tick();
			this.context.loop().whenDone(this.context.client().leaseKeys(lease.id()), (answer, failure) -> {
				if (answer != null) {
					answered(lease, answer, askedAt);
				}
				else if (failure != null && EtcdDiscoveryException.of("keys of a lease", failure).kind().refused()) {
					lease.renewNow((refusal) -> notListed(refusal, failure));
				}
			});
		}
	}

	private void answered(RegistryLease lease, LeaseKeys answer, long askedAt) {
		if (!this.registry.leases().usable(lease)) {
			return;
		}
		if (answer.exists()) {
			this.warned = false;
			this.registry.listed(answer.keys(), askedAt);
		}
		else {
			lease.renewNow((refusal) -> {
			});
		}
	}

	private void notListed(@Nullable EtcdDiscoveryException refusal, Throwable cause) {
		if (refusal == null && !this.warned) {
			this.warned = true;
			logger.warn("The lease's list of keys is refused; own keys are read one by one, and a key that comes to "
					+ "stand by a late write of ours is noticed by its watch alone", cause);
		}
	}

	/**
	 * The watch of one key.
	 */
	private final class OwnWatch implements WatchListener {

		private final Key key;

		/** Whether something may have been missed before it. */
		private final boolean again;

		private @Nullable Watch open;

		/** When it was confirmed; null where it was not. */
		private @Nullable Long confirmedAt;

		private OwnWatch(Key key, boolean again) {
			this.key = key;
			this.again = again;
		}

		private void open(Watches shared) {
			this.open = shared.watch(KeyRange.single(this.key.bytes()), 0, this);
		}

		private void close() {
			if (this.open != null) {
				this.open.close();
			}
		}

		@Override
		public void confirmed(long revision) {
			if (OwnKeys.this.watched.get(this.key) != this) {
				return;
			}
			this.confirmedAt = OwnKeys.this.context.loop().now();
			if (this.again || this.key.sight().isOlderThan(revision)) {
				OwnKeys.this.registry.reads().ask(this.key);
			}
			if (OwnKeys.this.missedSome) {
				askTheLease();
			}
		}

		@Override
		public void changed(List<WatchEvent> events) {
			if (OwnKeys.this.watched.get(this.key) == this) {
				WatchEvent event = events.get(events.size() - 1);
				long revision = event.entry().modRevision();
				OwnKeys.this.registry.storeAge().told(revision);
				this.key.happened(new Seen(revision, (event.type() == WatchEvent.Type.PUT) ? event.entry() : null));
			}
		}

		@Override
		public void ended(EtcdDiscoveryException cause) {
			if (OwnKeys.this.watched.remove(this.key, this)) {
				OwnKeys.this.ended(this.key, cause, this.confirmedAt != null
						&& OwnKeys.this.context.loop().since(this.confirmedAt).compareTo(PROVEN) > 0);
			}
		}

	}

}
