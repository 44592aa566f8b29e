package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * FAILED, where attempts are to stop.
 */
class GivingUpTests {

	@Test
	void withStopWhenExhaustedItGivesUpAfterSoManyAttemptsUntilItIsResumed() {
		RegistryRig stopping = RegistryRig.stoppingAfter(3);
		stopping.etcd.down();
		Registration registration = stopping.registered();
		stopping.advance(Duration.ofMinutes(1));
		stopping.etcd.up();
		stopping.advance(Duration.ofMinutes(1));

		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);
		assertThat(registration.whenRegistered().toCompletableFuture()).failsWithin(Duration.ofSeconds(20));
		assertThat(registration.keys().get(0).problem())
			.matches("\\d+ attempts have failed, given up until somebody resumes or updates it "
					+ "\\(retry\\.on-exhausted=stop\\); the last: .+");

		registration.resume();
		stopping.run();
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void howeverFewAttemptsAreAllowedItDoesNotGiveUpWithinOneTtl() {
		RegistryRig stopping = RegistryRig.stoppingAfter(1);
		stopping.etcd.down();
		Registration registration = stopping.registered();
		stopping.advance(RegistryRig.TTL);
		assertThat(registration.keys().get(0).attempts()).isGreaterThan(1);
		assertThat(registration.state()).isNotEqualTo(RegistrationState.FAILED);
		assertThat(registration.whenRegistered().toCompletableFuture()).isNotDone();

		stopping.advance(RegistryRig.TTL);
		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);
	}

	@Test
	void anUpdateEndsHavingGivenUpToo() {
		RegistryRig stopping = RegistryRig.stoppingAfter(1);
		stopping.etcd.down();
		Registration registration = stopping.registered();
		stopping.advance(Duration.ofMinutes(1));
		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);
		stopping.etcd.up();

		registration.update((instance) -> instance.withWeight(3));
		stopping.run();

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(stopping.value()).contains("\"weight\":3");
	}

	@Test
	void havingGivenUpAnUpdateStartsAllAttemptsAnew() {
		RegistryRig stopping = RegistryRig.stoppingAfter(3);
		stopping.etcd.down();
		Registration registration = stopping.registered();
		stopping.advance(Duration.ofMinutes(1));
		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);

		registration.update((instance) -> instance.withWeight(3));
		stopping.advanceSeconds(3);
		assertThat(registration.state()).isEqualTo(RegistrationState.WAITING);
		assertThat(registration.keys().get(0).attempts()).isOne();
		assertThat(registration.keys().get(0).problem()).endsWith("Trying again");
	}

	@Test
	void whatALatePutBringsIsRemoved() {
		RegistryRig stopping = RegistryRig.stoppingAfter(3);
		stopping.etcd.lateWrites().hold(Call.COMMIT, 1_000);
		Registration registration = stopping.registered();
		stopping.advance(Duration.ofMinutes(2));
		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);

		stopping.etcd.lateWrites().holdNoMore();
		stopping.etcd.lateWrites().applyAll();
		stopping.advanceSeconds(1);
		assertThat(stopping.entry()).isNull();
		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);
	}

	@Test
	void whatCameToStandBehindAnAnswerThatWasLostIsRemoved() {
		RegistryRig stopping = RegistryRig.stoppingAfter(3);
		stopping.etcd.withhold(Call.COMMIT, 1);
		Registration registration = stopping.registered();
		stopping.advanceSeconds(1);
		assertThat(stopping.entry()).isNotNull();
		stopping.etcd.down();
		stopping.advance(Duration.ofMinutes(2));
		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);

		stopping.etcd.up();
		stopping.advance(RegistryRig.TTL);
		assertThat(stopping.entry()).isNull();
		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);
	}

	@Test
	void whatCannotBeReadEndsWithTheLease() {
		RegistryRig stopping = RegistryRig.stoppingAfter(3);
		stopping.etcd.withhold(Call.COMMIT, 1);
		stopping.etcd.refuse(Kind.UNAVAILABLE, Call.READ);
		Registration registration = stopping.registered();
		assertThat(stopping.entry()).isNotNull();
		stopping.advance(Duration.ofMinutes(2));

		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);
		assertThat(stopping.entry()).isNull();
	}

}
