package io.github.etcddiscovery.spring.outlier;

import java.util.HashMap;
import java.util.Map;

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

	/** One of each service, as long as somebody asks for it. */
	private final class Gauges implements ServiceListener {

		private final MeterRegistry registry;

		private final Map<String, Gauge> gauges = new HashMap<>();

		Gauges(MeterRegistry registry) {
			this.registry = registry;
		}

		@Override
		public void askedFor(String service) {
			this.gauges.computeIfAbsent(service, this::register);
		}

		private Gauge register(String service) {
			return Gauge.builder("etcd.discovery.ejected", () -> EjectionMeters.this.outliers.ejectedOf(service))
				.description("Instances that are not chosen because they failed.")
				.tag("service", service)
				.register(this.registry);
		}

		@Override
		public void forgotten(String service) {
			Gauge gauge = this.gauges.remove(service);
			// A filter of the registry can make one of all.
			if (gauge != null && !this.gauges.containsValue(gauge)) {
				this.registry.remove(gauge);
			}
		}

	}

}
