package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A key that is wanted again before it was removed.
 */
class ComingBackTests {

	private static final Instance ANOTHER = Instance.of("echo", "10.0.0.6", 8888);

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	@Test
	void aNewRegistrationAtTheSameKeyIsNotDeletedByARemovalThatWasNotSent() {
		this.rig.etcd.delay(Call.COMMIT, Duration.ofMillis(100));
		this.registration.update((instance) -> instance.withWeight(20));
		this.rig.run();
		RegistryRig.leave(this.registration);
		this.rig.run();
		Registration again = this.rig.registry.register(RegistryRig.ECHO);
		this.rig.run();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.CLOSED);
		this.rig.advanceSeconds(3);

		assertThat(again.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.value()).contains("\"weight\":10");
		assertThat(this.rig.etcd.calls(Call.COMMIT)).as("three puts, and nothing deleted").isEqualTo(3);
	}

	@Test
	void aNewRegistrationAtTheSameKeyWaitsForARemovalThatIsUnderWay() {
		this.rig.etcd.delay(Call.COMMIT, Duration.ofMillis(100));
		RegistryRig.leave(this.registration);
		this.rig.run();
		Registration again = this.rig.registry.register(RegistryRig.ECHO);
		this.rig.run();
		assertThat(this.rig.etcd.calls(Call.COMMIT)).as("put and delete").isEqualTo(2);
		assertThat(again.state()).isEqualTo(RegistrationState.REGISTERING);
		this.rig.advanceSeconds(0.3);

		assertThat(again.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
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
		RegistryRig.leave(this.registration);
		this.rig.advanceSeconds(5);
		Registration again = this.rig.registry.register(RegistryRig.ECHO);
		this.rig.run();
		this.rig.etcd.up();
		this.rig.advanceSeconds(20);

		assertThat(again).isNotSameAs(this.registration);
		assertThat(again.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	/** Another thread has found it under a key of its other layout. */
	@Test
	void aRegistrationThatNeverBeginsKeepsNobodyWaiting() {
		Reconciler reconciler = this.rig.reconciler();
		RegistrationHandle handle = new RegistrationHandle(Described.of(ANOTHER, RegistryOptions.defaults().layouts()),
				reconciler.context);
		handle.neverBegins();
		assertThat(handle.whenRegistered().toCompletableFuture()).failsWithin(Duration.ofSeconds(10));
		assertThat(handle.removed).isDone();
		assertThat(handle.state()).isEqualTo(RegistrationState.CLOSED);
	}

	/** Whoever registered it was held up before the registry's thread was told. */
	@Test
	void aRegistrationThatWasClosedBeforeItBeganTakesNothingFromItsSuccessor() {
		Reconciler reconciler = this.rig.reconciler();
		Described described = Described.of(ANOTHER, RegistryOptions.defaults().layouts());
		RegistrationHandle former = new RegistrationHandle(described, reconciler.context);
		RegistrationHandle next = new RegistrationHandle(described, reconciler.context);
		former.startClose();
		reconciler.add(next);
		this.rig.run();
		reconciler.add(former);
		this.rig.advanceSeconds(31);

		assertThat(former.removed).isDone();
		assertThat(next.removed).isNotDone();
		assertThat(this.rig.etcd.entry(described.keys().get(0).toString())).isNotNull();
	}

}
