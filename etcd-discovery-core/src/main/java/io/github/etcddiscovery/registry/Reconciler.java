package io.github.etcddiscovery.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.UserCode;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.Layout;

/**
 * Makes etcd hold what is wanted: every key of a registry by what is wanted of it and
 * what was found there last, the lease that they share, and the ways in which news come.
 * Whatever happens, each key that it may concern looks at the two again and decides.
 * Confined to the loop's thread.
 *
 * <pre>
 * state                 signal                                        next
 * REGISTERING           written, or stands as wanted                  REGISTERED
 * REGISTERING           under another's lease, was REGISTERED before  CONFLICT
 * REGISTERING           no answer, error                              WAITING; FAILED from maxAttemptTimes on
 *                                                                     and after one TTL at least
 * REGISTERING           login, permission or space refused            DENIED
 * REGISTERED            no renewal acknowledged for 2/3 TTL           UNCERTAIN
 * UNCERTAIN             renewal acknowledged                          REGISTERED
 * REGISTERED UNCERTAIN  lease lost, key gone or under no lease        REGISTERING
 * REGISTERED UNCERTAIN  login refused to a renewal                    DENIED
 * REGISTERED UNCERTAIN  key under another's lease                     CONFLICT
 * REGISTERED UNCERTAIN  update, whatever it ends with                 unchanged; written until it is committed
 * REGISTERED UNCERTAIN  edit of somebody else                 unchanged; taken over, else written over, the
 *                                                             4th time in a minute after one TTL
 * REGISTERED UNCERTAIN  key gone for the 4th time in a minute         WAITING for one TTL
 * CONFLICT              key gone, or under another's lease no more    REGISTERING
 * any that is wanted    store went back, lease lost                   REGISTERING: read the key
 * WAITING FAILED DENIED delay over                                    REGISTERING
 * FAILED, given up      resume, update                                REGISTERING; the key is removed till then
 * any but CLOSED        a reason to be out                            OUT; the key is removed
 * OUT                   the last reason gone                          REGISTERING
 * any                   close                                         CLOSED; the key is removed
 * </pre>
 *
 * An update that is refused leaves REGISTERED as it is, for permission too: the key
 * stands, its lease is renewed, and callers reach the instance. What it failed with is
 * the problem that is shown.
 */
final class Reconciler {

	/** Of so many services keys are known that nobody wants any more. */
	private static final int SERVICES_REMEMBERED = 1_000;

	final RegistryContext context;

	/** The status of the present one can be asked for from any thread. */
	final Leases leases;

	final Transactions transactions;

	final OwnKeys ownKeys;

	/** Those as well that nobody wants any more but that may stand. */
	private final Map<Bytes, Key> keys = new HashMap<>();

	/** Names of the services that were registered here last, the latest at the end. */
	private final Set<String> services = new LinkedHashSet<>();

	private boolean closed;

	Reconciler(RegistryContext context) {
		this.context = context;
		this.leases = new Leases(context, this);
		this.transactions = new Transactions(context, this::storeWentBack);
		this.ownKeys = new OwnKeys(context, this);
	}

	private void storeWentBack() {
		each(Key::nothingIsKnown);
		this.ownKeys.beginAnew();
	}

	/** On a copy, because a key that is done with leaves. */
	void each(Consumer<Key> message) {
		this.transactions.each(List.copyOf(this.keys.values()), message);
	}

	/** A handle is to be registered from now on, unless it was closed meanwhile. */
	void add(RegistrationHandle handle) {
		remember(handle.instance().service());
		this.context.loop().isolated(this.ownKeys::begin);
		for (Claim claim : handle.claims) {
			if (this.closed || handle.closed()) {
				claim.close();
			}
			else {
				var unused = claim.removed.thenRun(this::leaveIfEmpty);
				this.context.loop().isolated(() -> claim.begin(key(claim.keyBytes)));
			}
		}
	}

	private void remember(String service) {
		this.services.remove(service);
		this.services.add(service);
		if (this.services.size() > SERVICES_REMEMBERED) {
			this.services.remove(this.services.iterator().next());
		}
	}

	private Key key(Bytes bytes) {
		return this.keys.computeIfAbsent(bytes, (absent) -> new Key(bytes, this));
	}

	/** Forgets a key that there is no reason to look after. */
	void forget(Key key) {
		if (key.canBeForgotten()) {
			drop(key);
		}
	}

	private void drop(Key key) {
		this.keys.remove(key.bytes, key);
		this.ownKeys.unwatch(key);
		key.abandon();
	}

	/**
	 * Keys that stand under our lease, by a list that proves nothing: one that nobody
	 * wants is read, and deleted if it is so.
	 * @param askedAt when the list was asked for, in moments
	 */
	void listed(List<Bytes> listed, long askedAt) {
		for (Bytes bytes : listed) {
			if (this.keys.containsKey(bytes) || (!this.closed && couldBeOfOurs(bytes))) {
				key(bytes).onListed(askedAt);
			}
		}
	}

	/** What a codec of a user cannot read stays. */
	private boolean couldBeOfOurs(Bytes key) {
		return this.context.options()
			.layouts()
			.stream()
			.anyMatch((layout) -> UserCode.ask(() -> isKeyOfAService(layout, key), false));
	}

	/** Some formats find a service in a key only if they are told which it could be. */
	private boolean isKeyOfAService(Layout layout, Bytes key) {
		KeyRange all = layout.allServices();
		if (all != null) {
			return all.contains(key) && layout.codec().serviceOf(layout.prefix(), key) != null;
		}
		return this.services.stream()
			.anyMatch((service) -> layout.service(service).contains(key)
					&& !(layout.decode(service, key, Bytes.EMPTY) instanceof Decoded.Foreign));
	}

	/** Whether a lease is of use to anybody. */
	boolean needsLease() {
		return !this.closed
				&& this.keys.values().stream().anyMatch((key) -> key.claim() != null && !key.claim().closed());
	}

	private void leaveIfEmpty() {
		if (!this.closed && this.keys.values().stream().allMatch((key) -> key.claim() == null)) {
			this.leases.stop();
		}
	}

	/**
	 * What stands under the lease ends with it; who wants a key again asks for another.
	 */
	void leaveLeaseUnlessAKeyIsWanted() {
		if (this.keys.values().stream().allMatch((key) -> key.wanted() == null)) {
			this.leases.stop();
		}
	}

	/** A renewal was acknowledged, or none has been for long. */
	void renewalsAreMissing(boolean missing) {
		each((key) -> {
			if (key.claim() != null) {
				key.claim().renewalsAreMissing(missing);
			}
		});
	}

	/**
	 * Ends the renewals and removes every key, or where keys are to stay, those whose
	 * handle was closed before.
	 * @return done when all are removed
	 */
	CompletableFuture<Void> close() {
		this.closed = true;
		this.leases.stop();
		boolean remove = this.context.options().removeOnClose();
		List<CompletableFuture<Void>> removals = new ArrayList<>();
		each((key) -> {
			Claim claim = key.claim();
			if (claim == null) {
				return;
			}
			if (remove || claim.closed()) {
				removals.add(claim.removed);
			}
			else {
				drop(key);
			}
			claim.close();
		});
		return CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new));
	}

	/**
	 * Gives up what is still under way: by our clock the lease has ended, and nothing
	 * more can be done in time.
	 */
	void abandon() {
		each(this::drop);
		this.ownKeys.close();
	}

}
