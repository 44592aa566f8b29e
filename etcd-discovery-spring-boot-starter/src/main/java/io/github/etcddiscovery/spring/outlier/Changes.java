package io.github.etcddiscovery.spring.outlier;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listeners and the log who is ejected and who is back, by comparing what was
 * told with what is so. Confined to one thread, but for the listening.
 */
final class Changes {

	private static final Logger logger = LoggerFactory.getLogger(Outliers.class);

	private final List<BiConsumer<String, String>> ejectionListeners = new CopyOnWriteArrayList<>();

	private final List<Consumer<String>> changeListeners = new CopyOnWriteArrayList<>();

	private final List<ServiceListener> serviceListeners = new CopyOnWriteArrayList<>();

	private final Set<String> known = new HashSet<>();

	private final Map<String, Told> told = new HashMap<>();

	private final EjectionLog log = new EjectionLog(logger);

	void onEjection(BiConsumer<String, String> listener) {
		this.ejectionListeners.add(listener);
	}

	void onChange(Consumer<String> listener) {
		this.changeListeners.add(listener);
	}

	/** On the thread. */
	void onService(ServiceListener listener) {
		this.serviceListeners.add(listener);
		this.known.forEach((service) -> tell(List.of(listener), (one) -> one.askedFor(service)));
	}

	/** Tells what has changed in all lists, by their services. */
	void tell(Map<String, Listing> listings, long now) {
		tellServices(listings.keySet());
		Map<Callee, String> ejected = new LinkedHashMap<>();
		Set<String> gone = new HashSet<>(this.told.keySet());
		listings.forEach((service, listing) -> {
			Told present = Told.of(listing);
			present.ejected().keySet().forEach((callee) -> ejected.putIfAbsent(callee, service));
			gone.remove(service);
			tell(service, present);
		});
		gone.forEach((service) -> tell(service, Told.NOTHING));
		this.log.tell(ejected,
				(callee) -> listings.values().stream().anyMatch((listing) -> listing.handed().holds(callee)), now);
	}

	private void tellServices(Set<String> present) {
		Set<String> forgotten = new HashSet<>(this.known);
		forgotten.removeAll(present);
		this.known.removeAll(forgotten);
		forgotten.forEach((service) -> tell(this.serviceListeners, (listener) -> listener.forgotten(service)));
		present.stream()
			.filter(this.known::add)
			.forEach((service) -> tell(this.serviceListeners, (listener) -> listener.askedFor(service)));
	}

	private void tell(String service, Told present) {
		Told before = present.ejected().isEmpty() ? this.told.remove(service) : this.told.put(service, present);
		Told known = (before != null) ? before : Told.NOTHING;
		present.ejected().forEach((callee, cause) -> {
			if (!known.ejected().containsKey(callee)) {
				tell(this.ejectionListeners, (listener) -> listener.accept(service, cause.tag()));
			}
		});
		if (!present.leftOut().equals(known.leftOut())) {
			tell(this.changeListeners, (listener) -> listener.accept(service));
		}
	}

	private static <T> void tell(List<T> listeners, Consumer<T> what) {
		for (T listener : listeners) {
			try {
				what.accept(listener);
			}
			// Everything: the next listener counts too.
			catch (Throwable ex) {
				logger.warn("A listener for ejected instances failed", ex);
			}
		}
	}

	/**
	 * What is told of one service.
	 *
	 * @param ejected who is ejected, and why
	 * @param leftOut who of them cannot even be chosen for one call
	 */
	private record Told(Map<Callee, Cause> ejected, Set<Callee> leftOut) {

		static final Told NOTHING = new Told(Map.of(), Set.of());

		static Told of(Listing listing) {
			if (!listing.isAnyEjected()) {
				return NOTHING;
			}
			Map<Callee, Cause> ejected = listing.ejected();
			Set<Callee> leftOut = new HashSet<>(ejected.keySet());
			leftOut.retainAll(listing.leftOut());
			return new Told(ejected, leftOut);
		}

	}

}
