package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.registration.OwnInstance;

import org.springframework.core.env.Environment;

/** The time to live that is asked for; etcd may grant another one. */
record LeaseTtl(Duration value) {

	private static final Duration DEFAULT = Duration.ofSeconds(15);

	/** What the property says, or else the variable of the Go systems. */
	static LeaseTtl of(EtcdRegistrationProperties properties, List<Layout> registering, Environment environment) {
		Duration configured = properties.ttl();
		if (configured != null) {
			return new LeaseTtl(configured);
		}
		return new LeaseTtl(
				registering.isEmpty() ? DEFAULT : OwnInstance.variables(registering, environment).leaseTtl(DEFAULT));
	}

}
