package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * The lists of all services that are asked for. Who asks again while nothing has changed
 * reads two fields.
 */
final class Listings {

	private static final int RECENT = 256;

	private static final AtomicIntegerFieldUpdater<Listings> VERSION = AtomicIntegerFieldUpdater
		.newUpdater(Listings.class, "version");

	private final Callees callees;

	private final int maxEjected;

	private final Map<String, Listing> listings = new ConcurrentHashMap<>();

	/** Counts what may change a selection. */
	private volatile int version;

	/** What was made last of all: it may be all that there is. */
	private Listing.@Nullable Made latest;

	/**
	 * What was made last, by the service's hash. Whoever reads an old one finds that it
	 * is not that of the list, or of another version.
	 */
	private final Listing.@Nullable Made[] recent = new Listing.Made[RECENT];

	Listings(Callees callees, int maxEjected) {
		this.callees = callees;
		this.maxEjected = maxEjected;
	}

	/** Returns what was made of this very list, or null where it is not at hand. */
	@Nullable List<ServiceInstance> known(String service, List<ServiceInstance> listed) {
		Listing.Made made = this.latest;
		if (made == null || !made.isOf(listed)) {
			made = this.recent[position(service)];
		}
		return (made != null && made.isOf(listed) && made.version() == this.version) ? made.shown() : null;
	}

	private static int position(String service) {
		return service.hashCode() & (RECENT - 1);
	}

	/** Returns null for a list without instances of a service that has had none. */
	Listing.@Nullable Made make(String service, List<ServiceInstance> listed, long now) {
		// Nobody can fill the memory by asking for names that do not exist.
		Listing listing = listed.isEmpty() ? this.listings.get(service)
				: this.listings.computeIfAbsent(service, (name) -> new Listing(name, this.callees));
		if (listing == null) {
			return null;
		}
		Listing.Made made = listing.make(listed, () -> this.version, this.maxEjected, now);
		this.recent[position(service)] = made;
		this.latest = made;
		return made;
	}

	boolean wantsList(String service) {
		Listing listing = this.listings.get(service);
		return listing == null || listing.wantsList(this.version);
	}

	/**
	 * An address is called that no list has: all are to be handed over again, as some
	 * registries spell the service otherwise in their instances.
	 */
	void putOutOfDate() {
		this.listings.values().forEach(Listing::putOutOfDate);
		this.latest = null;
		Arrays.fill(this.recent, null);
	}

	/** Whoever asks next is answered anew. */
	void change() {
		VERSION.incrementAndGet(this);
	}

	/** Brings all lists up to date. */
	Collection<Listing> refresh(long now) {
		this.listings.values().forEach((listing) -> listing.refresh(() -> this.version, this.maxEjected, now));
		return this.listings.values();
	}

	Collection<Listing> all() {
		return this.listings.values();
	}

	/** Tells whether a list that was handed over last holds an address. */
	boolean hold(Callee callee) {
		return this.listings.values()
			.stream()
			.map(Listing::made)
			.anyMatch((made) -> made != null && made.holds(callee));
	}

	/**
	 * Tells whether another instance of the same service is such. Some registries spell
	 * the service otherwise in their instances.
	 */
	boolean hasAnother(@Nullable String service, Callee callee, Predicate<Callee> such) {
		Listing listing = (service != null) ? this.listings.get(service) : null;
		Listing.Made made = (listing != null) ? listing.made() : null;
		if (made != null) {
			return made.hasAnother(callee, such);
		}
		return this.listings.values()
			.stream()
			.map(Listing::made)
			.anyMatch((any) -> any != null && any.holds(callee) && any.hasAnother(callee, such));
	}

	/**
	 * Forgets what was not handed over for so long, and has the rest handed over again,
	 * so that it is known to be in use.
	 */
	void forget(Duration notUsedFor, long now) {
		this.listings.values().removeIf((listing) -> !listing.listMembers(notUsedFor, now));
		putOutOfDate();
		this.callees.forget(notUsedFor, now);
	}

}
