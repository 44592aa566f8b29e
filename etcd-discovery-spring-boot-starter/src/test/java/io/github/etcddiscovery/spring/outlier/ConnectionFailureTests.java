package io.github.etcddiscovery.spring.outlier;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of an instance that refuses connections or does not accept them. */
class ConnectionFailureTests {

	@Test
	void oneFailureEjectsAtOnce() {
		Rig rig = new Rig(3);
		rig.found.put(1, Answer.REFUSED);
		rig.call(1, Outcome.UNREACHABLE);
		assertThat(rig.shown()).containsExactly(2, 3);
	}

	@Test
	void theProbeIsAskedAtOnceAndEverySecondUntilItIsAccepted() {
		Rig rig = new Rig(3);
		rig.found.put(1, Answer.REFUSED);
		rig.call(1, Outcome.UNREACHABLE);
		assertThat(rig.asked).containsExactly(1);
		rig.advanceSeconds(100);
		assertThat(rig.asked).hasSize(101).containsOnly(1);
		assertThat(rig.shown()).containsExactly(2, 3);
		rig.found.remove(1);
		rig.advanceSeconds(1);
		assertThat(rig.shown()).containsExactly(1, 2, 3);
		rig.advanceSeconds(10);
		assertThat(rig.asked).hasSize(102);
	}

	@Test
	void aQuestionThatIsNotAnsweredYetIsNotAskedAgain() {
		Rig rig = new Rig(3);
		rig.found.put(1, Answer.NO_ANSWER);
		rig.call(1, Outcome.UNREACHABLE);
		rig.advance(Duration.ofMillis(900));
		assertThat(rig.asked).hasSize(1);
		rig.call(1, Outcome.UNREACHABLE);
		assertThat(rig.asked).hasSize(1);
		rig.advanceSeconds(10);
		assertThat(rig.asked).hasSizeBetween(6, 11);
	}

	@Test
	void whatWasAskedBeforeTheConnectionFailedBringsNobodyBack() {
		Rig rig = new Rig(3);
		rig.found.put(1, Answer.NO_ANSWER);
		rig.advance(Duration.ofMillis(300));
		rig.call(1, Outcome.BROKEN);
		rig.advance(Duration.ofMillis(100));
		rig.call(1, Outcome.UNREACHABLE);
		rig.advance(Duration.ofMillis(800));
		assertThat(rig.asked).hasSize(1);
		rig.advance(Duration.ofMillis(150));
		assertThat(rig.asked).hasSize(2);
		assertThat(rig.shown()).containsExactly(2, 3);
	}

	@Test
	void noMoreThanHalfAreEjectedWhileTheProbeGetsNoAnswer() {
		for (int size = 1; size <= 10; size++) {
			Rig rig = new Rig(size);
			IntStream.rangeClosed(1, size).forEach((port) -> {
				rig.found.put(port, Answer.NO_ANSWER);
				rig.call(port, Outcome.UNREACHABLE);
			});
			rig.advanceSeconds(20);
			assertThat(rig.shown()).hasSize(size - size / 2);
			assertThat(rig.shown())
				.containsExactlyElementsOf(IntStream.rangeClosed(size / 2 + 1, size).boxed().toList());
		}
	}

	@ParameterizedTest
	@CsvSource({ "3, 34, 1", "3, 33, 0", "10, 29, 2", "10, 30, 3", "2, 1, 1", "2, 0, 0", "5, 0, 0", "1, 50, 0",
			"4, 100, 0", "1, 100, 0", "4, 75, 3" })
	void thePercentageIsRoundedDownButOneOfTwoMayBeEjectedAndNeverAll(int size, int percent, int ejected) {
		Rig rig = new Rig(Rig.maxEjected(percent), size);
		IntStream.rangeClosed(1, size).forEach((port) -> {
			rig.found.put(port, Answer.NO_ANSWER);
			rig.call(port, Outcome.UNREACHABLE);
		});
		assertThat(rig.shown()).hasSize(size - ejected);
	}

	@Test
	void whoIsBeyondThePercentageTakesThePlaceOfTheFirstThatComesBack() {
		Rig rig = new Rig(3);
		rig.found.put(1, Answer.NO_ANSWER);
		rig.found.put(2, Answer.NO_ANSWER);
		rig.call(1, Outcome.UNREACHABLE);
		rig.call(2, Outcome.UNREACHABLE);
		assertThat(rig.shown()).containsExactly(2, 3);
		rig.found.remove(1);
		rig.advanceSeconds(2);
		assertThat(rig.shown()).containsExactly(1, 3);
	}

	@ParameterizedTest
	@CsvSource({ "3, 2", "4, 3", "10, 9" })
	void whoseRefusalTheProbeHasConfirmedIsNotCounted(int size, int killed) {
		Rig rig = new Rig(size);
		IntStream.rangeClosed(1, killed).forEach((port) -> {
			rig.found.put(port, Answer.REFUSED);
			rig.call(port, Outcome.UNREACHABLE);
		});
		assertThat(rig.shown()).containsExactlyElementsOf(IntStream.rangeClosed(killed + 1, size).boxed().toList());
	}

	@Test
	void whoseRefusalIsNotConfirmedAnyMoreIsCountedAgain() {
		Rig rig = new Rig(3);
		for (int port : new int[] { 1, 2 }) {
			rig.found.put(port, Answer.REFUSED);
			rig.call(port, Outcome.UNREACHABLE);
		}
		assertThat(rig.shown()).containsExactly(3);
		rig.found.put(1, Answer.NO_ANSWER);
		rig.found.put(2, Answer.NO_ANSWER);
		rig.advanceSeconds(3);
		assertThat(rig.shown()).containsExactly(2, 3);
	}

	@Test
	void whenAllOfAServiceWouldBeOutNoneIs() {
		Rig rig = new Rig(3);
		for (int port = 1; port <= 3; port++) {
			rig.found.put(port, Answer.REFUSED);
			rig.call(port, Outcome.UNREACHABLE);
		}
		assertThat(rig.chosenFrom()).isSameAs(rig.listed());
		assertThat(rig.outliers.ejected()).isEmpty();
		rig.found.remove(2);
		rig.advanceSeconds(1);
		assertThat(rig.shown()).containsExactly(2);
	}

	@Test
	void aProbeThatCannotAskSaysNothing() {
		Rig rig = new Rig(3);
		rig.found.put(1, Answer.REFUSED);
		rig.call(1, Outcome.UNREACHABLE);
		rig.found.put(1, Answer.FAILED_HERE);
		rig.found.put(2, Answer.REFUSED);
		rig.call(2, Outcome.UNREACHABLE);
		rig.advanceSeconds(10);
		assertThat(rig.shown()).containsExactly(3);
	}

	@Test
	void whoseProbeHasFailedForFiveMinutesGetsOneCall() {
		Rig rig = new Rig(3);
		rig.found.put(1, Answer.NO_ANSWER);
		rig.call(1, Outcome.UNREACHABLE);
		rig.advanceSeconds(299);
		assertThat(rig.shown()).containsExactly(2, 3);
		rig.advanceSeconds(2);
		assertThat(rig.shown()).containsExactly(1, 2, 3);
		Rig.Call trial = rig.begin(1);
		assertThat(rig.shown()).containsExactly(2, 3);
		rig.advanceSeconds(1);
		rig.end(trial, Outcome.UNREACHABLE);
		rig.advanceSeconds(299);
		assertThat(rig.shown()).containsExactly(2, 3);
		rig.advanceSeconds(2);
		rig.call(1, Outcome.ANSWERED);
		assertThat(rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void withoutAProbeOneCallDecidesWhenTheDurationIsOver() {
		Rig rig = new Rig(Rig.unprobed(), 3);
		rig.call(1, Outcome.UNREACHABLE);
		rig.advanceSeconds(9);
		assertThat(rig.shown()).containsExactly(2, 3);
		rig.advanceSeconds(1);
		assertThat(rig.shown()).containsExactly(1, 2, 3);
		Rig.Call trial = rig.begin(1);
		assertThat(rig.shown()).containsExactly(2, 3);
		rig.end(trial, Outcome.UNREACHABLE);
		rig.advanceSeconds(19);
		assertThat(rig.shown()).containsExactly(2, 3);
		rig.advanceSeconds(1);
		rig.call(1, Outcome.ANSWERED);
		assertThat(rig.shown()).containsExactly(1, 2, 3);
		assertThat(rig.asked).isEmpty();
	}

	@Test
	void aProbeThatCouldNotBeAskedForWantOfMemoryIsAskedAgain() {
		Rig rig = new Rig(3);
		rig.noMemory = true;
		rig.call(1, Outcome.UNREACHABLE);
		assertThat(rig.shown()).containsExactly(2, 3);
		rig.noMemory = false;
		rig.advanceSeconds(1);
		assertThat(rig.shown()).containsExactly(1, 2, 3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http", "https" })
	void behindAProxyNobodyIsAsked(String proxied) {
		Rig rig = new Rig(3);
		with(new ToProxy(proxied), () -> {
			rig.call(1, Outcome.UNREACHABLE);
			rig.call(2, Outcome.BROKEN);
			rig.advanceSeconds(9);
			assertThat(rig.shown()).containsExactly(2, 3);
			rig.advanceSeconds(1);
			assertThat(rig.shown()).containsExactly(1, 2, 3);
			assertThat(rig.asked).isEmpty();
		});
	}

	@Test
	void aSelectorOfProxiesThatFailsIsNone() {
		Rig rig = new Rig(3);
		with(new ToProxy("none that it knows"), () -> {
			rig.call(1, Outcome.UNREACHABLE);
			assertThat(rig.asked).containsExactly(1);
			assertThat(rig.shown()).containsExactly(1, 2, 3);
		});
	}

	private static void with(ProxySelector selector, Runnable test) {
		ProxySelector before = ProxySelector.getDefault();
		ProxySelector.setDefault(selector);
		try {
			test.run();
		}
		finally {
			ProxySelector.setDefault(before);
		}
	}

	/** Sends what is called by a scheme to a proxy that nobody asks. */
	private static final class ToProxy extends ProxySelector {

		private final String scheme;

		ToProxy(String scheme) {
			this.scheme = scheme;
		}

		@Override
		public List<Proxy> select(URI uri) {
			if (!this.scheme.startsWith("http")) {
				throw new NoClassDefFoundError("a selector of a user");
			}
			return List.of(uri.getScheme().equals(this.scheme)
					? new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example", 3128))
					: Proxy.NO_PROXY);
		}

		@Override
		public void connectFailed(URI uri, SocketAddress address, IOException ex) {
			throw new IllegalStateException(ex);
		}

	}

}
