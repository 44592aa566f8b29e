package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;
import java.util.concurrent.CompletionException;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class OutOfRegistryTests {

	private final OutOfRegistry clock = new OutOfRegistry();

	@Test
	void nothingIsOutBeforeAnythingHasHappened() {
		assertThat(this.clock.longest()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "WAITING", "DENIED", "FAILED", "CONFLICT", "REGISTERING" })
	void aKeyIsOutFromTheFirstStateThatIsNotAsWanted(String state) {
		this.clock.registrationState("echo", "k", "REGISTERED", state);
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.until(() -> this.clock.longest().compareTo(Duration.ofMillis(20)) > 0);
		Duration before = this.clock.longest();
		this.clock.registrationState("echo", "k", state, "WAITING");
		assertThat(this.clock.longest()).isGreaterThanOrEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "REGISTERED", "OUT", "CLOSED" })
	void aKeyIsNoLongerOutWhenItIsAsWanted(String state) {
		this.clock.registrationState("echo", "k", "REGISTERED", "WAITING");
		this.clock.registrationState("echo", "k", "WAITING", state);
		assertThat(this.clock.longest()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "UNAVAILABLE, false", "PERMISSION_DENIED, true", "NO_SPACE, true" })
	void timeInWhichEtcdDidNotAnswerDoesNotCount(Kind kind, boolean counts) {
		this.clock.registrationState("echo", "k", "REGISTERED", "WAITING");
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.until(() -> this.clock.longest().compareTo(Duration.ofMillis(200)) > 0);
		this.clock.renewal(Duration.ZERO, null);
		this.clock.registerAttempt(Duration.ZERO,
				new CompletionException(new EtcdDiscoveryException(kind, "no", null)));
		assertThat(this.clock.longest().compareTo(Duration.ofMillis(200)) > 0).isEqualTo(counts);
	}

	@Test
	void theLongestOfSeveralCounts() {
		this.clock.registrationState("echo", "first", "REGISTERED", "WAITING");
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.until(() -> this.clock.longest().compareTo(Duration.ofMillis(20)) > 0);
		this.clock.registrationState("echo", "second", "REGISTERED", "WAITING");
		assertThat(this.clock.longest()).isGreaterThan(Duration.ofMillis(20));
	}

}
