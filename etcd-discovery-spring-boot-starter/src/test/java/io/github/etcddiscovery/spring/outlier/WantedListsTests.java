package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.ServiceInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When the list of a service has to be handed over, and when nobody is ejected at all.
 */
class WantedListsTests {

	private final Rig rig = new Rig(3);

	@Test
	void whoeverListsReactivelyIsAskedForTheListNowAndThen() {
		assertThat(this.rig.outliers.wantsList("unknown")).isTrue();
		assertThat(this.rig.outliers.wantsList(Rig.ECHO)).isFalse();
		this.rig.advanceSeconds(61);
		assertThat(this.rig.outliers.wantsList(Rig.ECHO)).isTrue();
		this.rig.shown();
		assertThat(this.rig.outliers.wantsList(Rig.ECHO)).isFalse();
	}

	@Test
	void whileSomebodyIsEjectedTheListIsWanted() {
		this.rig.kill(1);
		assertThat(this.rig.outliers.wantsList(Rig.ECHO)).isTrue();
		this.rig.shown();
		assertThat(this.rig.outliers.wantsList(Rig.ECHO)).isTrue();
		this.rig.outliers.giveBack("10.0.0.5:1");
		this.rig.shown();
		assertThat(this.rig.outliers.wantsList(Rig.ECHO)).isFalse();
	}

	@Test
	void itIsKnownWhetherAnybodyAtAllIsEjected() {
		this.rig.advanceSeconds(1);
		assertThat(this.rig.outliers.isNobodyEjected()).isTrue();
		this.rig.outliers.eject("10.0.0.5:1");
		assertThat(this.rig.outliers.isNobodyEjected()).isFalse();
		this.rig.advanceSeconds(2);
		assertThat(this.rig.outliers.isNobodyEjected()).isFalse();
		this.rig.outliers.giveBack("10.0.0.5:1");
		this.rig.advanceSeconds(1);
		assertThat(this.rig.outliers.isNobodyEjected()).isTrue();
	}

	@Test
	void whoIsEjectedIsNotOverlookedWhileNoListHasIt() {
		this.rig.outliers.eject("10.0.0.5:1");
		this.rig.list(2, 3);
		this.rig.shown();
		this.rig.advanceSeconds(2);
		assertThat(this.rig.outliers.isNobodyEjected()).isFalse();
	}

	@Test
	void callsToAnInstanceWithoutAHostDoNotHaveAllListsHandedOverAnew() {
		ServiceInstance hostless = Rig.foreign("fixed", null, 80);
		this.rig.outliers.began(hostless, this.rig.now());
		assertThat(this.rig.outliers.wantsList(Rig.ECHO)).isFalse();
	}

	/** As that of a user's supplier which has a list of its own. */
	@Test
	void callsToAnEjectedOneThatNoListHoldsDoNotHaveAllListsHandedOverAnewEachTime() {
		ServiceInstance stranger = Rig.foreign("fixed", "10.9.9.9", 80);
		this.rig.found.put(80, Answer.REFUSED);
		this.rig.outliers.began(stranger, this.rig.now());
		this.rig.outliers.ended(stranger, this.rig.now(), Outcome.UNREACHABLE, null);
		int handedOver = 0;
		for (int call = 0; call < 100; call++) {
			this.rig.shown();
			this.rig.outliers.began(stranger, this.rig.now());
			handedOver += this.rig.outliers.wantsList(Rig.ECHO) ? 1 : 0;
			this.rig.advance(Duration.ofMillis(20));
		}
		assertThat(handedOver).as("in 2 s").isBetween(2, 21);
	}

	@Test
	void anInstanceThatIsCalledBeforeItsListWasSeenIsNotMissed() {
		this.rig.list(1, 2, 3, 4);
		this.rig.found.put(4, Answer.REFUSED);
		this.rig.begin(4);
		assertThat(this.rig.outliers.wantsList(Rig.ECHO)).isTrue();
		this.rig.call(4, Outcome.UNREACHABLE);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

}
