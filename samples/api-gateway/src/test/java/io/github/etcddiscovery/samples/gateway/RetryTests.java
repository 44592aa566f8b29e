package io.github.etcddiscovery.samples.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class RetryTests {

	private static final String ALICE = "{\"username\":\"alice\",\"password\":\"secret\"}";

	private static final String SUCCESS = "{\"code\":0,\"message\":\"success\",\"data\":null}";

	private static final String UNAVAILABLE = "{\"code\":10001,\"message\":\"user service is not available\",\"data\":null}";

	private static final int ROUNDS = 6;

	private static StubInstance good;

	private static StubInstance bad;

	private static GatewayFixture gateway;

	private static GatewayFixture withoutRetry;

	@BeforeAll
	static void start() {
		good = new StubInstance();
		bad = new StubInstance();
		gateway = new GatewayFixture(List.of(good.uri(), bad.uri()), "spring.http.clients.read-timeout=300ms");
		withoutRetry = new GatewayFixture(List.of(good.uri(), bad.uri()),
				"spring.cloud.loadbalancer.retry.enabled=false");
	}

	@AfterAll
	static void stop() {
		gateway.close();
		withoutRetry.close();
		good.close();
		bad.close();
	}

	@BeforeEach
	void forget() {
		good.behave(StubInstance.Behaviour.ANSWER);
		bad.behave(StubInstance.Behaviour.ANSWER);
		good.bodies().clear();
		bad.bodies().clear();
	}

	@Test
	void instanceThatRefusesConnectionsIsPassedOver() {
		bad.die();
		try {
			assertThat(register(gateway)).containsOnly(SUCCESS);
			assertThat(good.bodies()).hasSize(ROUNDS);
		}
		finally {
			bad.live();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "CUT", "HANG" })
	void requestThatDiedWithItsInstanceIsRepeatedOnAnotherUnderTheSameId(StubInstance.Behaviour behaviour) {
		bad.behave(behaviour);
		assertThat(register(gateway)).containsOnly(SUCCESS);
		assertThat(bad.bodies()).isNotEmpty().allSatisfy((body) -> assertThat(good.bodies()).contains(body));
	}

	@Test
	void answerOfAServiceThatFailedIsNotRepeated() {
		bad.behave(StubInstance.Behaviour.FAIL);
		assertThat(register(gateway)).contains(UNAVAILABLE);
		assertThat(good.bodies().size() + bad.bodies().size()).isEqualTo(ROUNDS);
	}

	@Test
	void withoutRetryEachMeetingWithADeadInstanceIsAFailure() {
		bad.die();
		try {
			assertThat(register(withoutRetry)).contains(SUCCESS, UNAVAILABLE);
		}
		finally {
			bad.live();
		}
	}

	@Test
	void answerThatDoesNotComeIsAwaitedForThreeSeconds() {
		good.behave(StubInstance.Behaviour.HANG);
		bad.behave(StubInstance.Behaviour.HANG);
		long start = System.nanoTime();
		assertThat(post(withoutRetry)).isEqualTo(UNAVAILABLE);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(3),
				Duration.ofSeconds(30));
	}

	@Test
	void hostThatDoesNotAnswerIsGivenUpAfterFiftyMilliseconds() {
		try (SilentHost host = new SilentHost(); GatewayFixture alone = new GatewayFixture(List.of(host.uri()))) {
			post(alone); // the first request builds the client
			long start = System.nanoTime();
			assertThat(post(alone)).isEqualTo(UNAVAILABLE);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(3 * 50),
					Duration.ofSeconds(3)); // which an answer is awaited for
		}
	}

	@Test
	void noInstanceAtAllIsAnAnswerToo() {
		try (GatewayFixture alone = new GatewayFixture(List.of())) {
			assertThat(register(alone)).containsOnly(UNAVAILABLE);
		}
	}

	private static Stream<String> register(GatewayFixture gateway) {
		return IntStream.range(0, ROUNDS).mapToObj((round) -> post(gateway));
	}

	private static String post(GatewayFixture gateway) {
		return Objects.requireNonNull(gateway.post("/api/user/register", ALICE)
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody());
	}

}
