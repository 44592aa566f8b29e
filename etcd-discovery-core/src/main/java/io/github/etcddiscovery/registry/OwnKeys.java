package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.loop.EventLoop.Timer;
import io.github.etcddiscovery.retry.FailedAttempts;
import io.github.etcddiscovery.registry.Transactions.Found;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an eye on the keys of a registry, because a renewal that is acknowledged is no
 * proof that a key stands. Each is watched, all on the registry's own stream. Besides,
 * once every observe delay, and at once when a watch is there again after one had ended,
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

	private final Map<Key, OwnWatch> watched = new LinkedHashMap<>();

	private final FailedAttempts failures;

	private @Nullable Watches watches;

	private Timer opening = Timer.NONE;

	private Timer nextRound = Timer.NONE;

	/** Whether a watch has ended since the two questions were last asked. */
	private boolean missedSome;

	private boolean warned;

	OwnKeys(RegistryContext context, Reconciler registry) {
		this.context = context;
		this.registry = registry;
		this.failures = context.noFailures();
	}

	/** Watches a key from now on, unless it is watched. */
	void watch(Key key) {
		if (this.watches == null) {
			this.watches = this.context.client().watches(this.context.loop());
			scheduleRound();
		}
		if (!this.watched.containsKey(key)) {
			OwnWatch watch = new OwnWatch(key);
			this.watched.put(key, watch);
			watch.open(this.watches);
		}
	}

	void unwatch(Key key) {
		OwnWatch watch = this.watched.remove(key);
		if (watch != null) {
			watch.close();
		}
	}

	void close() {
		this.opening.cancel();
		this.nextRound.cancel();
		if (this.watches != null) {
			this.watches.close();
		}
	}

	/** etcd answers again: what waits for its time is tried now. */
	void etcdAnswers() {
		if (this.opening != Timer.NONE) {
			openAll();
		}
	}

	private void ended(EtcdDiscoveryException cause) {
		if (this.opening == Timer.NONE) {
			Duration pause = this.failures.add(false, MAX_PAUSE);
			logger.debug("Watches of own keys have ended, opening them again in {} ms: {}", pause.toMillis(),
					cause.getMessage());
			this.opening = this.context.loop().schedule(pause, this::openAll);
		}
	}

	private void openAll() {
		this.opening.cancel();
		this.opening = Timer.NONE;
		open(OwnWatch.State.ENDED);
		if (this.failures.count() > 1) {
			ask(); // Where no watch can be had, the questions stand in for it.
		}
	}

	private void open(OwnWatch.State state) {
		if (this.watches != null) {
			Watches shared = this.watches;
			this.watched.values().stream().filter((one) -> one.state == state).forEach((one) -> one.open(shared));
		}
	}

	private void scheduleRound() {
		this.nextRound = this.context.loop().schedule(this.context.options().retry().observeDelay(), () -> {
			scheduleRound();
			this.registry.each(this.registry::forget);
			open(OwnWatch.State.REFUSED);
			openAll();
			ask();
		});
	}

	private void ask() {
		this.missedSome = false;
		askTheLease();
		this.registry.each(this.registry.transactions::read);
	}

	private void askTheLease() {
		RegistryLease lease = this.registry.leases.present();
		if (lease != null) {
			long askedAt = this.registry.transactions.moment();
			this.context.loop().whenDone(this.context.client().leaseKeys(lease.id()), (answer, failure) -> {
				if (answer != null && this.registry.leases.usable(lease)) {
					answered(lease, answer, askedAt);
				}
				else if (failure != null && EtcdDiscoveryException.of("keys of a lease", failure).kind().refused()) {
					this.context.loop().whenDone(lease.renewNow(), (renewed, refusal) -> notListed(refusal, failure));
				}
			});
		}
	}

	private void answered(RegistryLease lease, LeaseKeys answer, long askedAt) {
		if (answer.exists()) {
			this.warned = false;
			this.registry.listed(answer.keys(), askedAt);
		}
		else {
			var unused = lease.renewNow();
		}
	}

	private void notListed(@Nullable Throwable refusal, Throwable cause) {
		if (refusal == null && !this.warned) {
			this.warned = true;
			logger.warn("The lease's list of keys is refused; own keys are read one by one, and a key that comes to "
					+ "stand by a late write of ours is noticed by its watch alone", cause);
		}
	}

	/**
	 * The watch of one key, which is opened again when it has ended.
	 */
	private final class OwnWatch implements WatchListener {

		private final Key key;

		private State state = State.ENDED;

		private @Nullable Watch open;

		/** When it was confirmed; null where it was not. */
		private @Nullable Long confirmedAt;

		private OwnWatch(Key key) {
			this.key = key;
		}

		private void open(Watches shared) {
			this.state = State.OPEN;
			this.confirmedAt = null;
			this.open = shared.watch(KeyRange.single(this.key.bytes), 0, this);
		}

		private void close() {
			if (this.open != null) {
				this.open.close();
			}
		}

		@Override
		public void confirmed(long revision) {
			this.confirmedAt = OwnKeys.this.context.loop().now();
			if (OwnKeys.this.missedSome) {
				ask();
			}
			else if (this.key.isOlderThan(revision)) {
				OwnKeys.this.registry.transactions.read(this.key);
			}
		}

		@Override
		public void changed(List<WatchEvent> events) {
			WatchEvent event = events.get(events.size() - 1);
			long revision = event.entry().modRevision();
			OwnKeys.this.registry.transactions.named(revision);
			this.key.happened(new Found(revision, (event.type() == WatchEvent.Type.PUT) ? event.entry() : null));
		}

		@Override
		public void ended(EtcdDiscoveryException cause) {
			OwnKeys.this.missedSome = true;
			if (cause.kind().refused()) {
				this.state = State.REFUSED;
				return;
			}
			this.state = State.ENDED;
			if (this.confirmedAt != null && OwnKeys.this.context.loop().since(this.confirmedAt).compareTo(PROVEN) > 0) {
				OwnKeys.this.failures.clear();
			}
			OwnKeys.this.ended(cause);
		}

		private enum State {

			/** It has been asked for, and has not ended. */
			OPEN,

			/** It is opened again soon. */
			ENDED,

			/** It is refused, and opened again with the next questions. */
			REFUSED

		}

	}

}
