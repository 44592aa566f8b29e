package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * What Kitex's {@code registry-etcd} v0.2.6 gets wrong when it deregisters, and what
 * happens here instead.
 */
class KitexLeavingDefectTests {

	private final RegistryRig rig = new RegistryRig();

	@Test
	void d07ClosingRevokesTheLease() {
		this.rig.registered();
		this.rig.closeRegistry();

		assertThat(this.rig.etcd.leases()).isEmpty();
	}

	@Test
	void d08APutThatIsUnderWayWhenWeLeaveLeavesNoGhost() {
		Registration registration = this.rig.registered();
		this.rig.etcd.delay(Call.COMMIT, Duration.ofMillis(500));
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.run();
		assertThat(this.rig.entry()).as("put back, not yet answered").isNotNull();
		RegistryRig.leave(registration);
		this.rig.advance(Duration.ofMinutes(5));

		assertThat(this.rig.entry()).isNull();
	}

	@Test
	void d09WhatIsRemovedIsTheKeyThatWasWritten() {
		Registration registration = this.rig.registered();
		registration.update((instance) -> instance.withWeight(3).withTag("version", "2"));
		this.rig.run();
		RegistryRig.leave(registration);
		this.rig.run();

		assertThat(this.rig.etcd.entries()).isEmpty();
	}

	@Test
	void d10LeavingWithoutEverHavingRegisteredIsNoError() {
		this.rig.etcd.down();
		Registration registration = this.rig.registered();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(registration::close, OWN_THREADS);
		while (!closed.isDone()) {
			this.rig.run();
		}
		this.rig.etcd.up();
		this.rig.advance(Duration.ofMinutes(1));

		assertThat(closed).isCompletedWithValue(null);
		assertThat(this.rig.etcd.entries()).isEmpty();
	}

	@Test
	void d11LeavingTwiceIsNoErrorAndPoisonsNothing() {
		Registration first = this.rig.registered();
		for (int i = 0; i < 3; i++) {
			RegistryRig.leave(first);
			this.rig.run();
		}
		assertThatCode(first::close).doesNotThrowAnyException();
		Registration second = this.rig.registered();
		this.rig.advance(Duration.ofMinutes(5));

		assertThat(second.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

}
