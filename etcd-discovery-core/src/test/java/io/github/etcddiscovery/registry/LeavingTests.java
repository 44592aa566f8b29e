package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rows of OUT and CLOSED.
 */
class LeavingTests {

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	@Test
	void aReasonToBeOutRemovesTheKeyAndKeepsTheLease() {
		long lease = this.rig.lease();
		this.registration.suspend("readiness");
		this.rig.run();

		assertThat(this.registration.state()).isEqualTo(RegistrationState.OUT);
		assertThat(this.rig.entry()).isNull();
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.rig.etcd.leases()).contains(lease);
		assertThat(this.registration.outFor()).isEqualTo(Duration.ofMinutes(1));
	}

	@Test
	void theInstanceIsBackWhenTheLastReasonIsGone() {
		this.registration.suspend("readiness");
		this.registration.suspend("status");
		this.registration.resume("readiness");
		this.rig.run();
		assertThat(this.rig.entry()).isNull();

		this.registration.resume("status");
		this.rig.run();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
		assertThat(this.registration.outFor()).isEqualTo(Duration.ZERO);
	}

	@Test
	void aReasonSurvivesWhateverBringsOtherRegistrationsBack() {
		this.registration.suspend("status");
		this.rig.run();
		this.rig.etcd.wipe();
		this.rig.advance(Duration.ofMinutes(2));

		assertThat(this.registration.state()).isEqualTo(RegistrationState.OUT);
		assertThat(this.rig.entry()).isNull();
	}

	@Test
	void nothingThatWasNeverWrittenIsRemoved() {
		RegistryRig fresh = new RegistryRig();
		Registration early = fresh.registry.register(RegistryRig.ECHO);
		early.suspend();
		fresh.run();

		assertThat(early.state()).isEqualTo(RegistrationState.OUT);
		assertThat(early.outFor()).isEqualTo(ChronoUnit.FOREVER.getDuration());
		assertThat(fresh.etcd.calls(Call.COMMIT)).isZero();
	}

	@Test
	void closingRemovesTheKeyForGood() {
		RegistryRig.leave(this.registration);
		this.rig.run();
		assertThat(this.rig.entry()).isNull();

		this.rig.etcd.wipe();
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(this.rig.entry()).isNull();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.CLOSED);
		assertThat(this.rig.registry.registrations()).isEmpty();
	}

	@Test
	void aSuccessorAtTheSameAddressIsUntouched() {
		long successor = this.rig.etcd.grant(RegistryRig.TTL);
		this.rig.etcd.put(RegistryRig.KEY, "successor", successor);
		RegistryRig.leave(this.registration);
		this.rig.run();

		assertThat(this.rig.value()).isEqualTo("successor");
	}

	@Test
	void aLeaveQueuesBehindThePutThatIsUnderWay() {
		RegistryRig slow = new RegistryRig();
		slow.etcd.delay(Call.COMMIT, Duration.ofSeconds(1));
		Registration leaving = slow.registered();
		assertThat(slow.entry()).as("written, not yet answered").isNotNull();
		RegistryRig.leave(leaving);
		slow.run();
		slow.advanceSeconds(3);

		assertThat(slow.entry()).isNull();
	}

	@Test
	void aLeaveBeforeThePutIsSentLetsNothingBeWritten() {
		RegistryRig slow = new RegistryRig();
		slow.etcd.delay(Call.GRANT, Duration.ofSeconds(1));
		Registration leaving = slow.registered();
		RegistryRig.leave(leaving);
		slow.advanceSeconds(5);

		assertThat(slow.etcd.calls(Call.COMMIT)).isZero();
		assertThat(slow.entry()).isNull();
	}

	@Test
	void aPutWithoutAnswerIsReadBackAfterItsDeadline() {
		RegistryRig lossy = new RegistryRig();
		lossy.etcd.withhold(Call.COMMIT, 1);
		Registration leaving = lossy.registered();
		assertThat(lossy.entry()).as("applied, its answer lost").isNotNull();
		RegistryRig.leave(leaving);
		lossy.advanceSeconds(10);

		assertThat(lossy.entry()).isNull();
	}

	@Test
	void aRemovalWithoutAnswerGoesOnUntilItIsConfirmed() {
		this.rig.etcd.down();
		this.registration.suspend();
		this.rig.advanceSeconds(20);
		assertThat(this.rig.entry()).isNotNull();
		this.rig.etcd.up();
		this.rig.advanceSeconds(6);

		assertThat(this.rig.entry()).isNull();
	}

	@Test
	void aPutOfOursThatIsAppliedLongAfterItsDeadlineIsRemovedAgain() {
		long lease = this.rig.lease();
		this.registration.suspend();
		this.rig.advanceSeconds(10);
		assertThat(this.rig.entry()).isNull();
		this.rig.etcd.put(RegistryRig.KEY, "late", lease);
		this.rig.run();

		assertThat(this.rig.entry()).isNull();
	}

	@Test
	void aRemovalThatIsRefusedAfterALongOutageIsTriedAgainAfterTheFirstDelay() {
		RegistryRig lasting = new RegistryRig(RegistryOptions.defaults().withTtl(Duration.ofMinutes(5)));
		Registration leaving = lasting.registered();
		lasting.etcd.down();
		leaving.suspend();
		lasting.advance(Duration.ofMinutes(2));
		KeyRange range = KeyRange.prefix(Bytes.utf8("kitex/"));
		lasting.etcd.forbid(range);
		lasting.etcd.up();
		lasting.advanceSeconds(9);
		lasting.etcd.permit(range);
		lasting.advanceSeconds(10);
		assertThat(lasting.entry()).isNull();
	}

}
