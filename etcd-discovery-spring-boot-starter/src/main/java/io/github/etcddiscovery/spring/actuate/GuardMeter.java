package io.github.etcddiscovery.spring.actuate;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * How many services are shown with instances that etcd has lost.
 */
public final class GuardMeter implements MeterBinder {

	private final EtcdResolver resolver;

	/**
	 * Creates the meter.
	 * @param resolver knows what is kept
	 */
	public GuardMeter(EtcdResolver resolver) {
		this.resolver = resolver;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("etcd.discovery.guard.active", () -> this.resolver.heldBack().size())
			.description("Services of which instances are kept that vanished from etcd in a body.")
			.register(registry);
	}

}
