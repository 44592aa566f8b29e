package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
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

	/**
	 * However often watches have ended, a loss is to be noticed within 1 s. And an etcd
	 * that was silent is to be renewed at within 6 s of its coming back, also where a
	 * renewal was sent just before, has 3 s to be answered, and has a pause after that.
	 */
	private static final Duration MAX_PAUSE = Duration.ofMillis(800);

	private final RegistryContext context;

	private final Reconciler registry;

	private final Map<Key, OwnWatch> watched = new LinkedHashMap<>();

	/** How often watches have ended while no observe delay has passed without. */
	private final FailedAttempts endings;

	/** How many of them there were when the two questions were last due. */
	private int endingsBefore;

	private @Nullable Watches watches;

	private Timer opening = Timer.NONE;

	private Timer everyObserveDelay = Timer.NONE;

	/** Whether a watch has ended since the two questions were last asked. */
	private boolean endedSinceAsked;

	private boolean warned;

	OwnKeys(RegistryContext context, Reconciler registry) {
		this.context = context;
		this.registry = registry;
		this.endings = context.noFailures();
	}

	/** From the first key on, so that it makes good whatever has failed. */
	void begin() {
		if (this.everyObserveDelay == Timer.NONE) {
			this.everyObserveDelay = this.context.loop()
				.repeat(this.context.options().retry().observeDelay(), this::observeDelayHasPassed);
		}
	}

	/** Watches a key from now on, unless it is watched. */
	void watch(Key key) {
		begin();
		if (!this.watched.containsKey(key)) {
			OwnWatch watch = new OwnWatch(key);
			this.watched.put(key, watch);
			watch.open();
		}
	}

	void unwatch(Key key) {
		OwnWatch watch = this.watched.remove(key);
		if (watch != null) {
			watch.close();
		}
	}

	/** The store went back: what is still on its way to a watch may be of before. */
	void beginAnew() {
		this.endedSinceAsked = true;
		this.watched.values().stream().filter((one) -> one.state == OwnWatch.State.OPEN).forEach((one) -> {
			one.close();
			one.open();
		});
	}

	void close() {
		this.opening.cancel();
		this.everyObserveDelay.cancel();
		if (this.watches != null) {
			this.watches.close();
		}
	}

	private void ended(EtcdDiscoveryException cause) {
		if (this.opening == Timer.NONE) {
			Duration pause = this.endings.add(false, MAX_PAUSE);
			logger.debug("Watches of own keys have ended, opening them again in {} ms: {}", pause.toMillis(),
					cause.getMessage());
			this.opening = this.context.loop().schedule(pause, () -> {
				open(OwnWatch.State.ENDED);
				if (this.endings.count() > 1) {
					ask(); // Where no watch can be had, the questions stand in for it.
				}
			});
		}
	}

	private void open(OwnWatch.State state) {
		this.opening.cancel();
		this.opening = Timer.NONE;
		this.watched.values().stream().filter((one) -> one.state == state).forEach(OwnWatch::open);
	}

	private Watches watches() {
		if (this.watches == null) {
			this.watches = this.context.client().watches(this.context.loop());
		}
		return this.watches;
	}

	private void observeDelayHasPassed() {
		if (this.endings.count() == this.endingsBefore) {
			this.endings.clear();
		}
		this.endingsBefore = this.endings.count();
		this.registry.each(this.registry::forget);
		open(OwnWatch.State.REFUSED);
		open(OwnWatch.State.ENDED);
		ask();
	}

	private void ask() {
		this.endedSinceAsked = false;
		askTheLease();
		this.registry.each(this.registry.transactions::read);
	}

	private void askTheLease() {
		RegistryLease lease = this.registry.leases.present();
		if (lease != null && lease.isRenewed()) {
			long askedAt = this.registry.transactions.moment();
			this.context.ask(() -> this.context.client().leaseKeys(lease.id()), (answer, failure) -> {
				if (answer != null && lease.isRenewed()) {
					answered(lease, answer, askedAt);
				}
				else if (failure != null && isNotGiven(EtcdDiscoveryException.of("keys of a lease", failure).kind())) {
					this.context.loop().whenDone(lease.renewNow(), (renewed, refusal) -> {
						if (refusal == null && lease.isRenewed()) {
							notListed(failure);
						}
					});
				}
			});
		}
	}

	/** Whether etcd answered and gave no list: it may be larger than the client takes. */
	private static boolean isNotGiven(Kind why) {
		return why.refused() || why == Kind.REFUSED;
	}

	/**
	 * The lease is renewed where the list does not know it, or no renewal is known of.
	 */
	private void answered(RegistryLease lease, LeaseKeys answer, long askedAt) {
		this.warned = false;
		this.registry.listed(answer.keys(), askedAt);
		if (!answer.exists() || lease.uncertain()) {
			var unused = lease.renewNow();
		}
	}

	private void notListed(Throwable cause) {
		if (!this.warned) {
			this.warned = true;
			logger.warn("The keys of the lease cannot be listed; own keys are read all the same, and a key that comes "
					+ "to stand by a late write of ours is noticed by its watch alone", cause);
		}
	}

	/**
	 * The watch of one key, which is opened again when it has ended.
	 */
	private final class OwnWatch implements WatchListener {

		private final Key key;

		private State state = State.ENDED;

		private @Nullable Watch open;

		private OwnWatch(Key key) {
			this.key = key;
		}

		/** Where that fails it stays ended, and is opened with the next questions. */
		private void open() {
			this.state = State.ENDED;
			OwnKeys.this.context.loop().isolated(() -> {
				this.open = watches().watch(KeyRange.single(this.key.bytes), 0, this);
				this.state = State.OPEN;
			});
		}

		private void close() {
			if (this.open != null) {
				this.open.close();
			}
		}

		@Override
		public void confirmed(long revision) {
			if (OwnKeys.this.endedSinceAsked) {
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
			OwnKeys.this.registry.transactions.revisionWasNamed(revision);
			this.key.onEvent(new Found(revision, (event.type() == WatchEvent.Type.PUT) ? event.entry() : null));
		}

		@Override
		public void ended(EtcdDiscoveryException cause) {
			OwnKeys.this.endedSinceAsked = true;
			this.state = cause.kind().refused() ? State.REFUSED : State.ENDED;
			if (this.state == State.ENDED) {
				OwnKeys.this.ended(cause);
			}
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
