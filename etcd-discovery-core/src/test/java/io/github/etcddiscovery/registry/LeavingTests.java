package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The rows of OUT and CLOSED, and updates.
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
		close(this.registration);
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
		close(this.registration);
		this.rig.run();

		assertThat(this.rig.value()).isEqualTo("successor");
	}

	@Test
	void aLeaveQueuesBehindThePutThatIsUnderWay() {
		RegistryRig slow = new RegistryRig();
		slow.etcd.delay(Call.COMMIT, Duration.ofSeconds(1));
		Registration leaving = slow.registered();
		assertThat(slow.entry()).as("written, not yet answered").isNotNull();
		close(leaving);
		slow.run();
		slow.advanceSeconds(3);

		assertThat(slow.entry()).isNull();
	}

	@Test
	void aLeaveBeforeThePutIsSentLetsNothingBeWritten() {
		RegistryRig slow = new RegistryRig();
		slow.etcd.delay(Call.GRANT, Duration.ofSeconds(1));
		Registration leaving = slow.registered();
		close(leaving);
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
		close(leaving);
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
	void aNewRegistrationAtTheSameKeyIsNotDeletedByARemovalThatIsUnderWay() {
		this.rig.etcd.delay(Call.LIST, Duration.ofMillis(100));
		close(this.registration);
		this.rig.run();
		Registration again = this.rig.registry.register(RegistryRig.ECHO);
		this.rig.run();
		this.rig.etcd.delay(Call.LIST, Duration.ZERO);
		this.rig.advanceSeconds(3);

		assertThat(again.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
		assertThat(this.rig.etcd.calls(Call.COMMIT)).as("put, and nothing deleted").isLessThanOrEqualTo(2);
	}

	@Test
	void comingBackDuringARemovalWithoutAnswerNeedsNoRemoval() {
		this.rig.etcd.down();
		this.registration.suspend();
		this.rig.advanceSeconds(20);
		this.registration.resume();
		this.rig.run();
		this.rig.etcd.up();
		this.rig.advanceSeconds(9);

		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void aNewRegistrationIsNotRemovedByTheOldOnesRemoval() {
		this.rig.etcd.down();
		close(this.registration);
		this.rig.advanceSeconds(5);
		Registration again = this.rig.registry.register(RegistryRig.ECHO);
		this.rig.run();
		this.rig.etcd.up();
		this.rig.advanceSeconds(20);

		assertThat(again).isNotSameAs(this.registration);
		assertThat(again.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void anUpdateIsWrittenInPlaceUnderTheSameLease() {
		long lease = this.rig.lease();
		this.registration.update((instance) -> instance.withTag("version", "2"));
		this.rig.run();

		assertThat(this.rig.value()).contains("\"version\":\"2\"");
		assertThat(this.rig.entry().lease()).isEqualTo(lease);
		assertThat(this.rig.transitions).containsExactly("REGISTERED");
	}

	@Test
	void anUpdateIsMadeAgainUntilItIsCommitted() {
		this.rig.etcd.down();
		this.registration.update((instance) -> instance.withWeight(3));
		this.rig.advanceSeconds(30);
		this.rig.etcd.up();
		this.rig.advanceSeconds(9);

		assertThat(this.rig.value()).contains("\"weight\":3");
	}

	@Test
	void anUpdateWhileOutIsKeptForTheNextPut() {
		this.registration.suspend();
		this.registration.update((instance) -> instance.withWeight(3));
		this.rig.run();
		assertThat(this.rig.entry()).isNull();
		this.registration.resume();
		this.rig.run();

		assertThat(this.rig.value()).contains("\"weight\":3");
	}

	@Test
	void anUpdateThatWouldChangeTheKeyIsAnErrorAndChangesNothing() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.registration.update((instance) -> Instance.of("echo", "10.0.0.6", 8888)))
			.withMessageContaining("10.0.0.6:8888");
		assertThat(this.registration.instance()).isEqualTo(RegistryRig.ECHO);
	}

	@Test
	void anUpdateAfterCloseIsAnError() {
		close(this.registration);
		assertThatIllegalStateException().isThrownBy(() -> this.registration.update((instance) -> instance))
			.withMessageContaining("closed");
	}

	@Test
	void closingTheRegistryRemovesAllKeysAndThenRevokesTheLease() {
		long lease = this.rig.lease();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(this.rig.registry::close);
		runUntil(closed);

		assertThat(this.rig.etcd.entries()).isEmpty();
		assertThat(this.rig.etcd.leases()).doesNotContain(lease);
		assertThat(this.rig.etcd.calls(Call.REVOKE)).isOne();
		assertThatIllegalStateException().isThrownBy(() -> this.rig.registry.register(RegistryRig.ECHO));
	}

	@Test
	void aRegistryThatShallNotRemoveLeavesKeyAndLeaseAlone() {
		RegistryRig staying = new RegistryRig(RegistryOptions.defaults().withRemoveOnClose(false));
		staying.registered();
		long lease = staying.lease();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(staying.registry::close);
		while (!closed.isDone()) {
			staying.run();
		}

		assertThat(staying.entry()).isNotNull();
		assertThat(staying.etcd.leases()).contains(lease);
		staying.advanceSeconds(16);
		assertThat(staying.entry()).as("gone with the lease").isNull();
	}

	@Test
	void aRegistryThatIsClosedWhileEtcdIsAwayGoesOnInTheBackgroundAndEndsWithTheLease() {
		this.rig.etcd.down();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(this.rig.registry::close);
		runUntil(closed);
		assertThat(this.rig.etcd.lingering()).hasSize(1).noneMatch((work) -> work.toCompletableFuture().isDone());

		this.rig.etcd.up();
		this.rig.advanceSeconds(6);
		assertThat(this.rig.entry()).isNull();
		assertThat(this.rig.etcd.lingering()).allMatch((work) -> work.toCompletableFuture().isDone());
	}

	@Test
	void aRegistryThatIsClosedWhileEtcdStaysAwayEndsWithItsLease() {
		this.rig.etcd.down();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(this.rig.registry::close);
		runUntil(closed);
		this.rig.advance(RegistryRig.TTL);

		assertThat(this.rig.etcd.lingering()).allMatch((work) -> work.toCompletableFuture().isDone());
	}

	@Test
	void aRegistryWithoutRegistrationsClosesAtOnceAndAsksNothing() {
		RegistryRig unused = new RegistryRig();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(unused.registry::close);
		while (!closed.isDone()) {
			unused.run();
		}
		assertThat(unused.etcd.calls(Call.REVOKE)).isZero();
	}

	private void close(Registration leaving) {
		((RegistrationHandle) leaving).startClose(true);
	}

	private void runUntil(CompletableFuture<Void> done) {
		while (!done.isDone()) {
			this.rig.run();
		}
	}

}
