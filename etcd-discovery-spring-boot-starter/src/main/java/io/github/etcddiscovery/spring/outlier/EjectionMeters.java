package io.github.etcddiscovery.spring.outlier;

import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * How many instances of each service are ejected, and how often any was and why. A
 * service has its meters from its first ejection on.
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
		this.outliers.listen(new Meters(registry));
	}

	private int ejectedOf(String serviceId) {
		return this.outliers.ejected().getOrDefault(serviceId, Collections.emptyList()).size();
	}

	private final class Meters implements EjectionListener {

		private final MeterRegistry registry;

		private final Set<String> measured = ConcurrentHashMap.newKeySet();

		Meters(MeterRegistry registry) {
			this.registry = registry;
		}

		@Override
		public void ejected(String serviceId, String address, String cause) {
			if (this.measured.add(serviceId)) {
				Gauge.builder("etcd.discovery.ejected", () -> ejectedOf(serviceId))
					.description("Instances that are not chosen because they failed.")
					.tag("service", serviceId)
					.register(this.registry);
			}
			Counter.builder("etcd.discovery.ejections")
				.description("How often an instance was left out because it failed.")
				.tags("service", serviceId, "cause", cause)
				.register(this.registry)
				.increment();
		}

		/** The gauge asks. */
		@Override
		public void returned(String serviceId, String address) {
		}

		/** Who is on trial is still ejected. */
		@Override
		public void changed(String serviceId) {
		}

	}

}
