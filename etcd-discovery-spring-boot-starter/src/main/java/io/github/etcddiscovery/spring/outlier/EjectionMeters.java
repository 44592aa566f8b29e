package io.github.etcddiscovery.spring.outlier;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * How many instances of each service that was asked for are ejected, and how often any
 * was and why.
 */
public final class EjectionMeters implements MeterBinder {

	private final Outliers outliers;

	/**
	 * Creates the meters.
	 * @param outliers who ejects
	 */
	public EjectionMeters(Outliers outliers) {
		this.outliers = outliers;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.outliers.onService(new Gauges(registry));
		this.outliers.onEjection((service, cause) -> Counter.builder("etcd.discovery.ejections")
			.description("How often an instance was left out because it failed.")
			.tags("service", service, "cause", cause)
			.register(registry)
			.increment());
	}

	/**
	 * One of each service, as long as somebody asks for it; a filter of the registry can
	 * make one of several, which counts for all of them.
	 */
	private final class Gauges implements ServiceListener {

		private final MeterRegistry registry;

		/** The services that each counts for. */
		private final Map<Gauge, Set<String>> services = new HashMap<>();

		Gauges(MeterRegistry registry) {
			this.registry = registry;
		}

		@Override
		public void askedFor(String service) {
			Set<String> counted = ConcurrentHashMap.newKeySet();
			Gauge gauge = Gauge.builder("etcd.discovery.ejected", () -> ejectedOf(counted))
				.description("Instances that are not chosen because they failed.")
				.tag("service", service)
				.register(this.registry);
			this.services.computeIfAbsent(gauge, (fresh) -> counted).add(service);
		}

		private int ejectedOf(Set<String> counted) {
			return counted.stream().mapToInt(EjectionMeters.this.outliers::ejectedOf).sum();
		}

		@Override
		public void forgotten(String service) {
			this.services.entrySet().removeIf((entry) -> {
				boolean last = entry.getValue().remove(service) && entry.getValue().isEmpty();
				if (last) {
					this.registry.remove(entry.getKey());
				}
				return last;
			});
		}

	}

}
