package io.github.etcddiscovery.spring.outlier;

import java.util.List;
import java.util.stream.IntStream;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What a caller learns of its instances when it is its own network that fails. */
class OwnNetworkTests {

	/** All that a caller sees then is that nobody accepts in time. */
	@Test
	void aCallerThatHasLostItsNetworkKeepsHalfAndHasAllBackThreeSecondsAfterTheNetworkIs() {
		Rig rig = new Rig(9);
		IntStream.rangeClosed(1, 9).forEach((port) -> rig.found.put(port, Answer.NO_ANSWER));
		for (int second = 0; second < 60; second++) {
			List<Rig.Call> calls = rig.shown().stream().map(rig::begin).toList();
			rig.advanceSeconds(1);
			calls.forEach((call) -> rig.end(call, Outcome.UNREACHABLE));
			assertThat(rig.shown()).hasSizeGreaterThanOrEqualTo(5);
		}
		List<Rig.Call> begunBefore = rig.shown().stream().map(rig::begin).toList();
		rig.found.clear();
		rig.advanceSeconds(1);
		begunBefore.forEach((call) -> rig.end(call, Outcome.UNREACHABLE));
		rig.advanceSeconds(2);
		assertThat(rig.shown()).hasSize(9);
	}

	/**
	 * A firewall, say, that refuses for all. What it does to a few of them cannot be told
	 * from what a kill of these does; that it is all of them shows at the next call.
	 */
	@Test
	void aCallerThatIsRefusedByAllHasFewerThanHalfUntilTheRestIsCalledAndThenAll() {
		Rig rig = new Rig(9);
		IntStream.rangeClosed(1, 9).forEach((port) -> rig.found.put(port, Answer.REFUSED));
		IntStream.rangeClosed(1, 8).forEach((port) -> rig.call(port, Outcome.UNREACHABLE));
		assertThat(rig.shown()).containsExactly(9);
		rig.call(9, Outcome.UNREACHABLE);
		for (int second = 0; second < 60; second++) {
			assertThat(rig.shown()).hasSize(9);
			rig.shown().forEach((port) -> rig.call(port, Outcome.UNREACHABLE));
			rig.advanceSeconds(1);
		}
		rig.found.clear();
		rig.advanceSeconds(1);
		assertThat(rig.shown()).hasSize(9);
		assertThat(rig.chosenFrom()).isSameAs(rig.listed());
	}

}
