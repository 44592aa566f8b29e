package io.github.etcddiscovery.resolver;

import java.time.Duration;

import io.github.etcddiscovery.resolver.ResolverOptions.Timing;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.retry.RetryOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ResolverOptionsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration BELOW_ZERO = Duration.ofNanos(-1);

	@Test
	void zeroStandsForNoWaitAndForNeverEmptied() {
		Timing timing = timing(Duration.ZERO, SECOND, Duration.ZERO, SECOND);
		assertThat(timing.firstSnapshotTimeout()).isZero();
		assertThat(timing.staleTimeout()).isZero();
	}

	@Test
	void aLayoutThatIsThereTwiceIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ResolverOptions.defaults().withLayouts(Layout.kitex(), Layout.kitex()))
			.withMessageContaining("no two the same");
	}

	@Test
	void durationsThatCannotBeRightAreNamed() {
		refuses("firstSnapshotTimeout: PT-0.000000001S (expected: zero or more)", BELOW_ZERO, SECOND, SECOND, SECOND);
		refuses("resyncInterval: PT-0.000000001S (expected: above zero)", SECOND, BELOW_ZERO, SECOND, SECOND);
		refuses("resyncInterval: PT0S (expected: above zero)", SECOND, Duration.ZERO, SECOND, SECOND);
		refuses("staleTimeout: PT-0.000000001S (expected: zero or more)", SECOND, SECOND, BELOW_ZERO, SECOND);
		refuses("servicesRefresh: PT-0.000000001S (expected: above zero)", SECOND, SECOND, SECOND, BELOW_ZERO);
		refuses("servicesRefresh: PT0S (expected: above zero)", SECOND, SECOND, SECOND, Duration.ZERO);
	}

	private static void refuses(String message, Duration first, Duration resync, Duration stale, Duration refresh) {
		assertThatIllegalArgumentException().isThrownBy(() -> timing(first, resync, stale, refresh))
			.withMessage(message);
	}

	private static Timing timing(Duration first, Duration resync, Duration stale, Duration refresh) {
		return new Timing(first, resync, stale, refresh, RetryOptions.defaults());
	}

}
