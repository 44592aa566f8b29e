package io.github.etcddiscovery.spring.outlier;

import java.util.Collections;

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
		this.outliers.onService((service) -> Gauge.builder("etcd.discovery.ejected", () -> ejectedOf(service))
			.description("Instances that are not chosen because they failed.")
			.tag("service", service)
			.register(registry));
		this.outliers.onEjection((service, cause) -> Counter.builder("etcd.discovery.ejections")
			.description("How often an instance was left out because it failed.")
			.tags("service", service, "cause", cause)
			.register(registry)
			.increment());
	}

	private int ejectedOf(String service) {
		return this.outliers.ejected().getOrDefault(service, Collections.emptyList()).size();
	}

}
