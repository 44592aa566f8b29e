package io.github.etcddiscovery.spring.outlier;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.resolver.Registered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.cloud.client.loadbalancer.DefaultRequest;
import org.springframework.cloud.client.loadbalancer.DefaultResponse;
import org.springframework.cloud.client.loadbalancer.RequestData;
import org.springframework.cloud.client.loadbalancer.RequestDataContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.util.LinkedMultiValueMap;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of an instance whose calls begin and do not end: nobody reports those. */
class StuckTests {

	private final Rig rig = new Rig(3);

	private void advanceWhileOthersAnswer(int seconds) {
		for (int i = 0; i < seconds; i++) {
			this.rig.advanceSeconds(1);
			this.rig.call(2, Outcome.ANSWERED);
		}
	}

	private void begin(int times) {
		for (int i = 0; i < times; i++) {
			this.rig.begin(1);
		}
	}

	@Test
	void fiveCallsOfWhichNoneEndsForTenSecondsWhileAnotherInstanceAnswersEject() {
		begin(5);
		advanceWhileOthersAnswer(9);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		advanceWhileOthersAnswer(3);
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	@Test
	void itIsBackByOneCallAfterTheDuration() {
		begin(5);
		advanceWhileOthersAnswer(12);
		advanceWhileOthersAnswer(10);
		this.rig.call(1, Outcome.ANSWERED);
		advanceWhileOthersAnswer(60);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@ParameterizedTest
	@CsvSource({ "Upgrade, websocket, true", "Upgrade, h2c, false", "Accept, websocket, false" })
	void sessionsOfWebSocketsMayLast(String header, String value, boolean stays) {
		for (int i = 0; i < 5; i++) {
			begin(header, value);
		}
		advanceWhileOthersAnswer(60);
		assertThat(this.rig.outliers.ejected().isEmpty()).isEqualTo(stays);
	}

	@Test
	void aSessionIsTheOneCallToo() {
		this.rig.call(5, 1, Outcome.BROKEN);
		advanceWhileOthersAnswer(10);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		begin("Upgrade", "websocket");
		assertThat(this.rig.shown()).containsExactly(2, 3);
	}

	private void begin(String header, String value) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(header, value);
		RequestData request = new RequestData(HttpMethod.GET, URI.create("http://echo/"), headers,
				new LinkedMultiValueMap<>(), Map.of());
		new OutlierLifecycle(this.rig.outliers, Set.of())
			.onStartRequest(new DefaultRequest<>(new RequestDataContext(request)), new DefaultResponse(this.rig.at(1)));
	}

	@Test
	void fourAreNotEnough() {
		begin(4);
		advanceWhileOthersAnswer(60);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void whereNobodyElseAnswersNobodyIsEjected() {
		begin(5);
		this.rig.advanceSeconds(60);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@ParameterizedTest
	@EnumSource(names = { "ANSWERED", "ALIVE", "BAD_STATUS", "BROKEN" })
	void aCallThatEndsWithinThatTimeIsASignOfLife(Outcome outcome) {
		for (int i = 0; i < 20; i++) {
			begin(4);
			advanceWhileOthersAnswer(4);
			this.rig.call(1, outcome);
			this.rig.call(1, Outcome.ALIVE);
			advanceWhileOthersAnswer(5);
			assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		}
	}

	@Test
	void callsThatFailInTheCallerCountAsNeverBegun() {
		for (int i = 0; i < 60; i++) {
			this.rig.call(3, 1, Outcome.SAYS_NOTHING);
			advanceWhileOthersAnswer(1);
		}
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void callsThatHaveEndedWithinTheSameMillisecondAreNotOpen() {
		for (int i = 0; i < 100; i++) {
			this.rig.call(1, Outcome.ANSWERED);
		}
		advanceWhileOthersAnswer(60);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	/** As a client does that gives up after a second: nothing is reported. */
	@ParameterizedTest
	@ValueSource(ints = { 5, 50, 200, 1500 })
	void anInstanceThatFreezesUnderLoadIsEjectedWithinTwelveSecondsOfTheFifthCall(int millisBetweenCalls) {
		List<Rig.Call> answered = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			answered.add(this.rig.begin(1));
			this.rig.advance(Duration.ofMillis(millisBetweenCalls));
			answered.forEach((call) -> this.rig.end(call, Outcome.ANSWERED));
			answered.clear();
		}
		long fifth = 0;
		for (int i = 0; this.rig.shown().contains(1); i++) {
			this.rig.begin(1);
			this.rig.call(2, Outcome.ANSWERED);
			fifth = (i == 4) ? this.rig.now() : fifth;
			this.rig.advance(Duration.ofMillis(millisBetweenCalls));
			assertThat(i).isLessThan(100_000);
		}
		assertThat(Duration.ofNanos(this.rig.now() - fifth)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
	}

	@Test
	void oneCallThatWasCancelledLongAgoDoesNotMakeFourThatHaveJustBegunStuck() {
		begin(1);
		advanceWhileOthersAnswer(100);
		begin(4);
		advanceWhileOthersAnswer(5);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void callsThatBeganBeforeItsProcessRegisteredAnewDoNotCount() {
		begin(5);
		advanceWhileOthersAnswer(8);
		Registered.again(this.rig.registered(1), this.rig.now());
		advanceWhileOthersAnswer(60);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void anInstanceThatIsBackIsNotStuckByTheCallsOfBefore() {
		begin(5);
		advanceWhileOthersAnswer(12);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.outliers.giveBack("10.0.0.5:1");
		advanceWhileOthersAnswer(60);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

}
