package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import io.github.etcddiscovery.resolver.Registered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Ejections and returns by hand, and what an operator sees of others. */
class ByHandTests {

	private final Rig rig = new Rig(3);

	@Test
	void whoWasEjectedByHandStaysOutUntilItIsGivenBack() {
		assertThat(this.rig.outliers.eject("10.0.0.5:1")).isTrue();
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.advance(Duration.ofMinutes(9));
		this.rig.call(1, Outcome.ANSWERED, Outcome.UNREACHABLE, Outcome.BROKEN);
		assertThat(this.rig.outliers.eject("10.0.0.5:1")).isTrue();
		assertThat(this.rig.shown()).containsExactly(2, 3);
		assertThat(this.rig.outliers.giveBack("10.0.0.5:1")).isTrue();
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void itIsBackWhenItsProcessRegistersAnew() {
		this.rig.outliers.eject("10.0.0.5:1");
		this.rig.advanceSeconds(1);
		Registered.again(this.rig.registered(1), this.rig.now());
		this.rig.advanceSeconds(1);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void moreThanThePercentageCanBeEjectedByHandButNeverAll() {
		this.rig.outliers.eject("10.0.0.5:1");
		this.rig.outliers.eject("10.0.0.5:2");
		assertThat(this.rig.shown()).containsExactly(3);
		assertThatIllegalStateException().isThrownBy(() -> this.rig.outliers.eject("10.0.0.5:3"))
			.withMessageContaining("last instance");
		assertThat(this.rig.shown()).as("who was ejected before stays so").containsExactly(3);
	}

	@Test
	void ofTwoEjectionsAtOnceThatWouldLeaveNobodyOneIsRefused() throws InterruptedException {
		Rig two = new Rig(2);
		for (int round = 0; round < 200; round++) {
			CountDownLatch go = new CountDownLatch(1);
			AtomicInteger ejected = new AtomicInteger();
			List<Thread> operators = IntStream.rangeClosed(1, 2).mapToObj((port) -> new Thread(() -> {
				try {
					go.await();
					two.outliers.eject("10.0.0.5:" + port);
					ejected.incrementAndGet();
				}
				catch (IllegalStateException | InterruptedException ex) {
					// Refused.
				}
			})).toList();
			operators.forEach(Thread::start);
			go.countDown();
			for (Thread operator : operators) {
				operator.join();
			}
			assertThat(ejected).hasValue(1);
			assertThat(two.shown()).hasSize(1);
			IntStream.rangeClosed(1, 2).forEach((port) -> two.outliers.giveBack("10.0.0.5:" + port));
		}
	}

	@Test
	void whoIsTheOnlyOneThatDoesNotRefuseIsNotEjectedByHand() {
		for (int port = 1; port <= 2; port++) {
			this.rig.found.put(port, Answer.REFUSED);
			this.rig.call(port, Outcome.UNREACHABLE);
		}
		this.rig.advanceSeconds(1);
		assertThat(this.rig.shown()).containsExactly(3);
		assertThatIllegalStateException().isThrownBy(() -> this.rig.outliers.eject("10.0.0.5:3"));
	}

	@Test
	void whoWasEjectedByHandTakesAPlaceOfThePercentage() {
		this.rig.outliers.eject("10.0.0.5:2");
		this.rig.found.put(1, Answer.NO_ANSWER);
		this.rig.call(1, Outcome.UNREACHABLE);
		assertThat(this.rig.shown()).containsExactly(1, 3);
	}

	@Test
	void whoeverFailedIsGivenBackByHandToo() {
		this.rig.found.put(1, Answer.REFUSED);
		this.rig.call(1, Outcome.UNREACHABLE);
		this.rig.outliers.giveBack("10.0.0.5:1");
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		this.rig.call(1, Outcome.UNREACHABLE);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.found.clear();
		this.rig.advanceSeconds(1);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "10.0.0.5:9", "10.0.0.6:1", "10.0.0.5", "", "http://10.0.0.5:1", "10.0.0.5:1/x", "[::1]:1" })
	void nobodyElseIsEjected(String address) {
		assertThat(this.rig.outliers.eject(address)).isFalse();
		assertThat(this.rig.outliers.giveBack(address)).isFalse();
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void whoIsNotListedAnyMoreIsNobody() {
		this.rig.list(2, 3);
		this.rig.shown();
		assertThat(this.rig.outliers.eject("10.0.0.5:1")).isFalse();
	}

	@Test
	void theEjectedAreShownByServiceWithCauseAndTime() {
		this.rig.outliers.eject("10.0.0.5:1");
		this.rig.found.put(2, Answer.REFUSED);
		this.rig.advanceSeconds(5);
		this.rig.call(2, Outcome.UNREACHABLE);
		this.rig.advanceSeconds(2);
		assertThat(this.rig.outliers.ejected())
			.isEqualTo(Map.of(Rig.ECHO, List.of(new Ejected("10.0.0.5:1", "by_hand", Duration.ofSeconds(7)),
					new Ejected("10.0.0.5:2", "connection", Duration.ofSeconds(2)))));
	}

	@Test
	void whoIsOnTrialIsShownToo() {
		this.rig.call(5, 1, Outcome.BROKEN);
		this.rig.advanceSeconds(10);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
		assertThat(this.rig.outliers.ejected())
			.isEqualTo(Map.of(Rig.ECHO, List.of(new Ejected("10.0.0.5:1", "broken", Duration.ofSeconds(10)))));
	}

}
