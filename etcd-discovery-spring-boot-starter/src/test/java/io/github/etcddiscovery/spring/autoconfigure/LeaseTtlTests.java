package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;

import io.github.etcddiscovery.spring.actuate.EtcdHealthIndicator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The TTL is configured, or the variable of Kitex, or 15 s. */
class LeaseTtlTests {

	@ParameterizedTest
	@CsvSource({ ", PT15S", "30, PT30S", "abc, PT15S", "1, PT2S", "100000, PT5M" })
	void ttlFallsBackToTheVariableOfKitex(@Nullable String variable, Duration expected) {
		Contexts.provider()
			.withPropertyValues((variable != null) ? "KITEX_ETCD_REGISTRY_LEASE_TTL=" + variable : "a=b")
			.run((context) -> assertThat(context.getBean(LeaseTtl.class).value()).isEqualTo(expected));
	}

	@Test
	void aTtlThatIsConfiguredWinsOverTheVariable() {
		Contexts.provider()
			.withPropertyValues("KITEX_ETCD_REGISTRY_LEASE_TTL=30", "etcd.discovery.registration.ttl=5s")
			.run((context) -> assertThat(context.getBean(LeaseTtl.class).value()).isEqualTo(Duration.ofSeconds(5)));
	}

	@Test
	void healthTakesTheTtlThatIsReallyUsed() {
		Contexts.provider()
			.withPropertyValues("KITEX_ETCD_REGISTRY_LEASE_TTL=60")
			.run((context) -> assertThat(context.getBean(EtcdHealthIndicator.Tolerance.class).ttl())
				.isEqualTo(Duration.ofSeconds(60)));
	}

}
