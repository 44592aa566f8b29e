package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * etcd applies a write long after its deadline, or after an answer that says nothing of
 * it.
 */
class LateWriteTests {

	private static final Instance OTHER = Instance.of("other", "10.0.0.6", 8888);

	private static final String OTHER_KEY = "kitex/registry-etcd/other/10.0.0.6:8888";

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	@ParameterizedTest
	@ValueSource(ints = { 1, 10, 60, 600 })
	void aPutOfAClosedRegistrationIsRemovedAsSoonAsItIsApplied(int seconds) {
		closeWithAPutThatIsTakenAndNotApplied();
		this.rig.advanceSeconds(seconds);
		applyLateAndExpectRemoval();
	}

	@Test
	void whereTheWatchMissedItItIsRemovedWithinOneObserveDelay() {
		closeWithAPutThatIsTakenAndNotApplied();
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.watchFaults().noticeSilenceAfter(Duration.ofDays(1));
		this.rig.etcd.lateWrites().applyAll();
		this.rig.advanceSeconds(30.1);

		assertThat(this.rig.etcd.entry(OTHER_KEY)).isNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 10, 60, 600 })
	void aPutThatTakesAKeyOverFromSomebodyElseIsRemovedAsSoonAsItIsApplied(int seconds) {
		this.rig.etcd.put(OTHER_KEY, "foreign", this.rig.etcd.grant(Duration.ofHours(1)));
		closeWithATakeoverThatIsTakenAndNotApplied();
		this.rig.advanceSeconds(seconds);
		applyLateAndExpectRemoval();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 10, 60, 600 })
	void aPutThatTakesOverAKeyUnderNoLeaseIsRemovedAsSoonAsItIsApplied(int seconds) {
		this.rig.etcd.put(OTHER_KEY, "nobody's");
		closeWithATakeoverThatIsTakenAndNotApplied();
		this.rig.advanceSeconds(seconds);
		applyLateAndExpectRemoval();
	}

	@Test
	void everyPutWithoutAnAnswerIsRememberedWhateverItWasMadeOn() {
		this.rig.etcd.lateWrites().hold(Call.COMMIT, 1);
		Registration other = this.rig.registry.register(OTHER);
		this.rig.run();
		this.rig.etcd.put(OTHER_KEY, "foreign", this.rig.etcd.grant(Duration.ofHours(1)));
		this.rig.etcd.lateWrites().hold(Call.COMMIT, 1);
		this.rig.advanceSeconds(4);
		assertThat(this.rig.etcd.lateWrites().count()).as("a create, and a put that takes over").isEqualTo(2);
		RegistryRig.leave(other);
		this.rig.advanceSeconds(60);
		this.rig.etcd.delete(OTHER_KEY);
		this.rig.run();
		applyLateAndExpectRemoval();
	}

	@Test
	void aKeyThatSomebodyElseHasWrittenSinceIsNotWatchedForAPutThatTakesItOver() {
		this.rig.etcd.put(OTHER_KEY, "foreign");
		closeWithATakeoverThatIsTakenAndNotApplied();
		this.rig.advanceSeconds(4);
		assertThat(this.rig.etcd.watchFaults().count()).as("watches").isEqualTo(2);
		this.rig.etcd.put(OTHER_KEY, "foreign again");
		this.rig.run();
		assertThat(this.rig.etcd.watchFaults().count()).as("watches").isOne();
	}

	/** The first write says what stands; the next one is the one that takes over. */
	private void closeWithATakeoverThatIsTakenAndNotApplied() {
		this.rig.etcd.delay(Call.COMMIT, Duration.ofMillis(10));
		Registration other = this.rig.registry.register(OTHER);
		this.rig.run();
		this.rig.etcd.delay(Call.COMMIT, Duration.ZERO);
		this.rig.etcd.lateWrites().hold(Call.COMMIT, 1);
		this.rig.advance(Duration.ofMillis(10));
		assertThat(this.rig.etcd.lateWrites().count()).isOne();
		RegistryRig.leave(other);
		this.rig.run();
	}

	/** First while the read is under way, then while its next attempt has its time. */
	@ParameterizedTest
	@ValueSource(doubles = { 0.5, 3, 4, 6, 9.5, 12, 15, 20 })
	void aPutThatIsAppliedWhileTheKeyCannotBeReadIsRemovedAtOnce(double secondsAfterTheDeadline) {
		this.rig.etcd.withhold(Call.READ, 100);
		closeWithAPutThatIsTakenAndNotApplied();
		this.rig.advanceSeconds(3 + secondsAfterTheDeadline);
		applyLateAndExpectRemoval();
	}

	private void applyLateAndExpectRemoval() {
		this.rig.etcd.lateWrites().applyAll();
		assertThat(this.rig.etcd.entry(OTHER_KEY).lease()).isEqualTo(this.rig.lease());
		this.rig.run();

		assertThat(this.rig.etcd.entry(OTHER_KEY)).isNull();
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void aKeyIsWatchedNoLongerThanALateWriteCanCome() {
		closeWithAPutThatIsTakenAndNotApplied();
		this.rig.etcd.lateWrites().forget();
		this.rig.etcd.revoke(this.rig.lease());
		this.rig.advanceSeconds(60);
		assertThat(this.rig.etcd.watchFaults().count()).as("watches").isOne();
	}

	@Test
	void aClosedRegistrationIsDoneWhenItsKeyIsNotThereThoughItMayStillCome() {
		Registration other = closeWithAPutThatIsTakenAndNotApplied();
		this.rig.advanceSeconds(5);
		assertThat(this.rig.registry.registrations()).containsExactly(this.registration);
		assertThat(other.state()).isEqualTo(RegistrationState.CLOSED);
	}

	private Registration closeWithAPutThatIsTakenAndNotApplied() {
		this.rig.etcd.lateWrites().hold(Call.COMMIT, 1);
		Registration other = this.rig.registry.register(OTHER);
		this.rig.run();
		RegistryRig.leave(other);
		this.rig.run();
		return other;
	}

	@Test
	void aDeleteThatIsAppliedLateDoesNotTakeAwayWhatIsRegisteredAgain() {
		this.rig.etcd.lateWrites().hold(Call.COMMIT, 1);
		RegistryRig.leave(this.registration);
		this.rig.run();
		Registration again = this.rig.registered();
		this.rig.advanceSeconds(3.5);
		assertThat(again.state()).isEqualTo(RegistrationState.REGISTERED);
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.lateWrites().applyAll();
		this.rig.run();

		assertThat(this.rig.entry()).as("fenced by a put, though it stood as wanted").isNotNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 3, 6 })
	void aRegistrationAtTheSameKeyWaitsForTheDeleteOfItsPredecessor(int milliseconds) {
		this.rig.etcd.delayRequests(Call.COMMIT, Duration.ofMillis(4));
		RegistryRig.leave(this.registration);
		this.rig.advance(Duration.ofMillis(milliseconds));
		Registration again = this.rig.registry.register(RegistryRig.ECHO);
		while (again.state() != RegistrationState.REGISTERED) {
			this.rig.advance(Duration.ofMillis(1));
		}
		this.rig.etcd.muteStreams(true);
		this.rig.advanceSeconds(9);
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void aPutThatWasAppliedAndAnsweredByAnErrorIsRemovedWhenItsRegistrationCloses() {
		this.rig.etcd.garble(Kind.REFUSED, Call.COMMIT, 1);
		Registration other = this.rig.registry.register(OTHER);
		this.rig.run();
		assertThat(this.rig.etcd.entry(OTHER_KEY)).isNotNull();
		assertThat(other.outFor()).as("may stand").isEqualTo(Duration.ZERO);
		RegistryRig.leave(other);
		this.rig.run();

		assertThat(this.rig.etcd.entry(OTHER_KEY)).isNull();
		this.rig.advanceSeconds(2);
		assertThat(other.outFor()).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void aPutThatAnOverloadedEtcdTurnedAwayWasCertainlyNotApplied() {
		this.rig.etcd.refuseNext(Kind.OVERLOADED, Call.COMMIT, 1);
		Registration other = this.rig.registry.register(OTHER);
		this.rig.run();
		assertThat(other.outFor()).isEqualTo(OwnWrites.NEVER_STOOD);
		this.rig.advanceSeconds(0.2);
		assertThat(other.state()).as("paced as no answer").isEqualTo(RegistrationState.REGISTERED);
	}

}
