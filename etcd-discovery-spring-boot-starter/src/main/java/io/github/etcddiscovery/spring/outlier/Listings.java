package io.github.etcddiscovery.spring.outlier;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Predicate;

import io.github.etcddiscovery.spring.EtcdInstanceList;
import io.github.etcddiscovery.spring.EtcdServiceInstance;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * The lists of all services that are asked for. Who asks again while nothing has changed
 * reads two fields.
 */
final class Listings {

	private static final int RECENT = 256;

	private static final Duration MISSED_AGAIN = Duration.ofMillis(100);

	private static final AtomicIntegerFieldUpdater<Listings> VERSION = AtomicIntegerFieldUpdater
		.newUpdater(Listings.class, "version");

	private static final AtomicIntegerFieldUpdater<Listings> ROUND = AtomicIntegerFieldUpdater
		.newUpdater(Listings.class, "round");

	private final Callees callees;

	private final int maxEjected;

	/** By the services, as they were asked for. */
	private final Map<String, Listing> all = new ConcurrentHashMap<>();

	/** Counts what may change a selection. */
	private volatile int version;

	/** The last version of which nobody was ejected, as far as anybody has looked. */
	private volatile int nobodyEjectedAt;

	/** Counts how often all lists are to be handed over again. */
	private volatile int round;

	/**
	 * What was made last, by the service's hash. Whoever reads an old one finds that it
	 * is not that of the list, or of another version.
	 */
	private final @Nullable Listing[] recent = new Listing[RECENT];

	Listings(Callees callees, int maxEjected) {
		this.callees = callees;
		this.maxEjected = maxEjected;
	}

	/** Returns what was made of this very list, or null where it is not at hand. */
	@Nullable List<ServiceInstance> known(String service, List<ServiceInstance> listed) {
		Listing made = this.recent[position(service)];
		return (made != null && made.isOfVersion(this.version) && made.isOf(listed)) ? made.shown(listed) : null;
	}

	private static int position(String service) {
		return service.hashCode() & (RECENT - 1);
	}

	/**
	 * Makes the list without the ejected. Where somebody else is quicker, perhaps with
	 * another list, this one is made again when it is asked for next.
	 */
	List<ServiceInstance> handOver(String service, List<ServiceInstance> listed, long now) {
		Listing last = this.all.get(service);
		if (last == null && listed.isEmpty()) {
			// Nobody can fill the memory by asking for names that do not exist.
			return listed;
		}
		int presentRound = this.round;
		boolean same = last != null && last.handed().round() == presentRound && last.isOf(listed);
		Listing.Handed handed = (last != null && same) ? last.handed() : take(service, listed, presentRound, now);
		Listing made = listingOf(handed, last);
		if (put(service, last, made)) {
			remember(service, made);
		}
		return made.shown(listed);
	}

	@SuppressWarnings("ReferenceEquality")
	private void remember(String service, Listing made) {
		this.recent[position(service)] = made;
		// Whoever puts a newer one there sees this one here, or is seen by us.
		VarHandle.fullFence();
		if (this.all.get(service) != made) {
			// Somebody has put a newer one there, and may have been remembered before.
			this.recent[position(service)] = null;
		}
	}

	private Listing.Handed take(String service, List<ServiceInstance> listed, int presentRound, long now) {
		List<ServiceInstance> list = (listed instanceof EtcdInstanceList) ? listed
				: Arrays.asList(listed.toArray(ServiceInstance[]::new));
		List<@Nullable Callee> members = new ArrayList<>(list.size());
		for (ServiceInstance instance : list) {
			Callee member = this.callees.obtain(instance, now);
			members.add(member);
			if (member != null) {
				member.list(now);
				if (instance instanceof EtcdServiceInstance ours) {
					member.show(ours.discovered());
					startAnewIfRegistered(member);
				}
			}
		}
		return new Listing.Handed(service, list, members, presentRound, now);
	}

	/** Tells whether somebody has registered, who is then judged anew. */
	boolean startAnewIfRegistered(Callee member) {
		boolean anew = member.startAnewIfRegistered();
		if (anew) {
			change();
		}
		return anew;
	}

	/** First the version: what changes while this is made makes it old, a round too. */
	@SuppressWarnings("ReferenceEquality")
	private Listing listingOf(Listing.Handed handed, @Nullable Listing last) {
		int present = this.version;
		return (last != null && last.isOfVersion(present) && last.handed() == handed) ? last
				: Listing.of(handed, present, this.round, this.maxEjected, last);
	}

	private boolean put(String service, @Nullable Listing last, Listing made) {
		return (last != null) ? this.all.replace(service, last, made) : this.all.putIfAbsent(service, made) == null;
	}

	/**
	 * Tells whether somebody is ejected, or the list has to be seen for another reason.
	 */
	boolean wantsList(String service) {
		int present = this.version;
		Listing last = this.recent[position(service)];
		Listing made = (last != null && last.isOfVersion(present) && last.isOfService(service)) ? last
				: this.all.get(service);
		return made == null || !made.isOfVersion(present) || made.mayDiffer();
	}

	/**
	 * Tells whether nobody at all is ejected; false for a moment too after something has
	 * changed.
	 */
	boolean isNobodyEjected() {
		return this.version == this.nobodyEjectedAt;
	}

	/** Counts who was ejected when the list was looked at last, a second ago at most. */
	int countEjected(String service) {
		Listing made = this.all.get(service);
		return (made != null) ? made.countEjected() : 0;
	}

	/** Tells whether somebody is left out of the list that was handed over last. */
	boolean leavesOut(String service) {
		Listing made = this.all.get(service);
		return made != null && made.leavesOut();
	}

	/** All lists are to be handed over again. */
	void putOutOfDate() {
		ROUND.incrementAndGet(this);
		change();
	}

	/**
	 * Has all lists handed over again where none holds somebody who was called. Not at
	 * each call: a supplier that asks nobody may have a list of its own.
	 */
	void lookFor(Callee callee, long now) {
		if (!callee.wasMissedWithin(MISSED_AGAIN, now) && !hold(callee)) {
			callee.miss(now);
			putOutOfDate();
		}
	}

	/** Whoever asks next is answered anew. */
	void change() {
		VERSION.incrementAndGet(this);
	}

	/** Brings all lists up to date. */
	Map<String, Listing> refresh() {
		// First: whoever is ejected from now on makes it another version.
		int present = this.version;
		if (this.callees.areAllIn()) {
			this.nobodyEjectedAt = present;
		}
		for (String service : this.all.keySet()) {
			Listing last = this.all.get(service);
			while (last != null && !bringUpToDate(service, last)) {
				last = this.all.get(service);
			}
		}
		return this.all;
	}

	@SuppressWarnings("ReferenceEquality")
	private boolean bringUpToDate(String service, Listing last) {
		Listing made = listingOf(last.handed(), last);
		boolean put = put(service, last, made);
		// Others are to be handed over anew, or have to be looked at in any case.
		if (put && made != last && !made.mayDiffer()) {
			remember(service, made);
		}
		return put;
	}

	/** Returns the lists, each as it was handed over last. */
	List<Listing.Handed> handed() {
		return this.all.values().stream().map(Listing::handed).toList();
	}

	/** Tells whether a list that was handed over last holds an address. */
	boolean hold(Callee callee) {
		return handed().stream().anyMatch((list) -> list.holds(callee));
	}

	/** Tells whether every list that holds an address has somebody else to choose. */
	boolean leaveAnother(Callee callee) {
		return refresh().values()
			.stream()
			.filter((listing) -> listing.handed().holds(callee))
			.allMatch((listing) -> listing.leavesAnother(callee));
	}

	/**
	 * Tells whether another instance of the same service is such. Some registries spell
	 * the service otherwise in their instances.
	 */
	boolean hasAnother(@Nullable String service, Callee callee, Predicate<Callee> such) {
		Listing listing = (service != null) ? this.all.get(service) : null;
		return (listing != null) ? listing.handed().hasAnother(callee, such)
				: handed().stream().anyMatch((list) -> list.holds(callee) && list.hasAnother(callee, such));
	}

	/**
	 * Forgets what was not handed over for so long, and has the rest handed over again,
	 * so that it is known to be in use.
	 */
	void forget(Duration notUsedFor, long now) {
		this.all.values().removeIf((listing) -> now - listing.handed().at() >= notUsedFor.toNanos());
		Arrays.fill(this.recent, null);
		putOutOfDate();
		this.callees.forget(notUsedFor, now);
	}

}
