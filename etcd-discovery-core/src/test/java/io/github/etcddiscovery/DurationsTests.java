package io.github.etcddiscovery;

import java.time.Duration;

import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.ResolverOptions.Timing;
import io.github.etcddiscovery.retry.RetryOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DurationsTests {

	private static final Duration AGES = Duration.ofDays(365_000);

	@Test
	void whatNoClockCouldCountIsTheLongestThereIs() {
		assertThat(Durations.positive("delay", AGES)).isEqualTo(Durations.LONGEST);
		assertThat(Durations.notNegative("delay", Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Durations.LONGEST);
		assertThat(Durations.positive("delay", Duration.ofNanos(1))).isEqualTo(Duration.ofNanos(1));
		assertThat(Durations.notNegative("delay", Duration.ZERO)).isZero();
		assertThat(Durations.LONGEST.multipliedBy(2).toNanos()).isPositive();
	}

	@Test
	void namesWhatItRefuses() {
		assertThatIllegalArgumentException().isThrownBy(() -> Durations.positive("delay", Duration.ZERO))
			.withMessage("delay: PT0S (expected: above zero)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Durations.notNegative("delay", Duration.ofSeconds(Long.MIN_VALUE)))
			.withMessageStartingWith("delay: ");
	}

	@Test
	void everyDurationOfAnOptionIsBounded() {
		RetryOptions retry = new RetryOptions(5, AGES, AGES, AGES, false);
		assertThat(new Duration[] { retry.initialDelay(), retry.retryDelay(), retry.observeDelay() })
			.containsOnly(Durations.LONGEST);
		Timing timing = new Timing(AGES, AGES, AGES, AGES, retry);
		assertThat(new Duration[] { timing.firstSnapshotTimeout(), timing.resyncInterval(), timing.staleTimeout(),
				timing.servicesRefresh() })
			.containsOnly(Durations.LONGEST);
		EtcdClientSettings settings = EtcdClientSettings.of("http://localhost:2379").withTimeouts(AGES, AGES);
		assertThat(new Duration[] { settings.connectTimeout(), settings.requestTimeout() })
			.containsOnly(Durations.LONGEST);
	}

}
