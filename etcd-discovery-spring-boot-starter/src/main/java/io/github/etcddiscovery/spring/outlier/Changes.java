package io.github.etcddiscovery.spring.outlier;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listeners and the log who is ejected and who is back, by comparing what was
 * told with what is so. Confined to one thread, but for {@link #listen}.
 */
final class Changes {

	private static final Logger logger = LoggerFactory.getLogger(Outliers.class);

	private final List<EjectionListener> listeners = new CopyOnWriteArrayList<>();

	private final Map<String, Told> told = new HashMap<>();

	private final EjectionLog log = new EjectionLog(logger);

	void listen(EjectionListener listener) {
		this.listeners.add(listener);
	}

	/** Tells what has changed in all lists. */
	void tell(Collection<Listing> listings, long now) {
		Map<Callee, String> ejected = new LinkedHashMap<>();
		Set<String> services = new HashSet<>();
		for (Listing listing : listings) {
			Told present = Told.of(listing);
			present.ejected().keySet().forEach((callee) -> ejected.putIfAbsent(callee, listing.service()));
			services.add(listing.service());
			tell(listing.service(), present);
		}
		for (String service : Set.copyOf(this.told.keySet())) {
			if (!services.contains(service)) {
				tell(service, Told.NOTHING);
			}
		}
		this.log.tell(ejected, now);
	}

	private void tell(String service, Told present) {
		Told before = present.isNothing() ? this.told.remove(service) : this.told.put(service, present);
		Told known = (before != null) ? before : Told.NOTHING;
		if (present.equals(known)) {
			return;
		}
		known.ejected().forEach((callee, cause) -> {
			if (!present.ejected().containsKey(callee)) {
				tell((listener) -> listener.returned(service, callee.address()));
			}
		});
		present.ejected().forEach((callee, cause) -> {
			if (!known.ejected().containsKey(callee)) {
				tell((listener) -> listener.ejected(service, callee.address(), cause.tag()));
			}
		});
		if (!present.leftOut().equals(known.leftOut())) {
			tell((listener) -> listener.changed(service));
		}
	}

	private void tell(Consumer<EjectionListener> what) {
		for (EjectionListener listener : this.listeners) {
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
			Listing.Made made = listing.made();
			if (made == null || made.selection().ejected().isEmpty()) {
				return NOTHING;
			}
			Map<Callee, Cause> ejected = made.ejected();
			Set<Callee> leftOut = new HashSet<>(ejected.keySet());
			leftOut.retainAll(made.leftOut());
			return new Told(ejected, leftOut);
		}

		boolean isNothing() {
			return this.ejected.isEmpty();
		}

	}

}
