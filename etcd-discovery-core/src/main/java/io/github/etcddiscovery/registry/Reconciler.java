package io.github.etcddiscovery.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import org.jspecify.annotations.Nullable;

/**
 * Makes etcd hold what is wanted: every key of a registry by what is wanted of it and
 * what was seen of it last, the lease that they share, and the ways in which news come.
 * Whatever happens, each key that it may concern looks at the two again and decides.
 * Confined to the loop's thread, but for {@link #lease()}.
 */
final class Reconciler {

	/** So many writes are under way at the most. */
	private static final int WRITES_AT_ONCE = 64;

	private final RegistryContext context;

	private final Leases leases;

	private final StoreAge storeAge;

	private final Reads reads;

	private final OwnKeys ownKeys;

	private final Map<Bytes, Key> keys = new HashMap<>();

	/** Keys that want to write, once there is a place. */
	private final Set<Key> waiting = new LinkedHashSet<>();

	private int writes;

	private long ticks;

	private boolean closed;

	Reconciler(RegistryContext context) {
		this.context = context;
		this.leases = new Leases(context, this);
		this.storeAge = new StoreAge(this::nothingIsKnown);
		this.reads = new Reads(context, this);
		this.ownKeys = new OwnKeys(context, this);
	}

	RegistryContext context() {
		return this.context;
	}

	Leases leases() {
		return this.leases;
	}

	StoreAge storeAge() {
		return this.storeAge;
	}

	Reads reads() {
		return this.reads;
	}

	OwnKeys ownKeys() {
		return this.ownKeys;
	}

	Collection<Key> keys() {
		return this.keys.values();
	}

	@Nullable LeaseStatus lease() {
		return this.leases.status();
	}

	RegistrationHandle handle(Described described) {
		return new RegistrationHandle(described, this.context, this.leases);
	}

	/** A handle is to be registered from now on. */
	void add(RegistrationHandle handle) {
		for (Claim claim : handle.claims()) {
			if (this.closed) {
				claim.close();
				claim.removed.complete(null);
			}
			else {
				var unused = claim.removed.thenRun(this::leaveIfEmpty);
				claim.begin(key(claim.keyBytes()));
			}
		}
	}

	private Key key(Bytes bytes) {
		return this.keys.computeIfAbsent(bytes, (absent) -> new Key(bytes, this));
	}

	/** Returns a number that is greater than every one before. */
	long tick() {
		return ++this.ticks;
	}

	/**
	 * Asks for a place among the writes that are under way.
	 * @return whether there is one, to be given back; else the key reconciles again when
	 * there is
	 */
	boolean takePlace(Key key) {
		if (this.writes >= WRITES_AT_ONCE) {
			this.waiting.add(key);
			return false;
		}
		this.waiting.remove(key);
		this.writes++;
		return true;
	}

	void leavePlace() {
		this.writes--;
		while (this.writes < WRITES_AT_ONCE && !this.waiting.isEmpty()) {
			Key next = this.waiting.iterator().next();
			this.waiting.remove(next);
			next.reconcile();
		}
	}

	/** Forgets a key that there is no reason to look after. */
	void forget(Key key) {
		if (key.forgettable()) {
			drop(key);
		}
	}

	void forgetWhatIsOver() {
		List.copyOf(keys()).forEach(this::forget);
	}

	private void drop(Key key) {
		this.keys.remove(key.bytes(), key);
		this.waiting.remove(key);
		this.ownKeys.unwatch(key);
		key.abandon();
	}

	/**
	 * Keys that stand under our lease, by a list that proves nothing: one that nobody
	 * wants is read, and deleted if it is so.
	 * @param askedAt when the list was asked for
	 */
	void listed(List<Bytes> listed, long askedAt) {
		for (Bytes bytes : listed) {
			Key known = this.keys.get(bytes);
			if (known != null) {
				known.listed(askedAt);
			}
			else if (!this.closed && underOurLayouts(bytes)) {
				key(bytes).listed(askedAt);
			}
		}
	}

	private boolean underOurLayouts(Bytes bytes) {
		return this.context.options()
			.layouts()
			.stream()
			.anyMatch((layout) -> bytes.startsWith(Bytes.utf8(layout.prefix())));
	}

	/** Whether a lease is of use to anybody. */
	boolean needsLease() {
		return !this.closed && keys().stream().anyMatch((key) -> key.claim() != null && !key.claim().closed());
	}

	private void leaveIfEmpty() {
		if (!this.closed && keys().stream().allMatch((key) -> key.claim() == null)) {
			this.leases.leave();
		}
	}

	void leaseAcknowledged() {
		eachClaim(Claim::leaseAcknowledged);
		this.ownKeys.etcdAnswers();
	}

	void leaseUncertain() {
		eachClaim(Claim::leaseUncertain);
	}

	void loginRefused(EtcdDiscoveryException cause) {
		each((key) -> key.loginRefused(cause));
	}

	/** There is another lease. */
	void leaseChanged() {
		each(Key::leaseChanged);
	}

	/** The lease has ended, or the store went back: what was known of a key is over. */
	void nothingIsKnown() {
		each(Key::nothingIsKnown);
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
		for (Key key : List.copyOf(keys())) {
			Claim claim = key.claim();
			if (claim != null && (remove || claim.closed())) {
				removals.add(claim.removed);
				claim.close();
			}
			else if (claim != null) {
				drop(key);
				claim.close();
			}
		}
		return CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new));
	}

	/**
	 * Gives up what is still under way: by our clock the lease has ended, and nothing
	 * more can be done in time.
	 */
	void abandon() {
		List.copyOf(keys()).forEach(this::drop);
		this.ownKeys.close();
	}

	private void eachClaim(Consumer<Claim> message) {
		each((key) -> {
			if (key.claim() != null) {
				message.accept(key.claim());
			}
		});
	}

	/** On a copy, because a key that is done with leaves. */
	private void each(Consumer<Key> message) {
		List.copyOf(keys()).forEach(message);
	}

}
