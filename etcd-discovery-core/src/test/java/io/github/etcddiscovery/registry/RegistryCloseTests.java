package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The end of a whole registry.
 */
class RegistryCloseTests {

	private final RegistryRig rig = new RegistryRig();

	@BeforeEach
	void register() {
		this.rig.registered();
	}

	@Test
	void closingTheRegistryRemovesAllKeysAndThenRevokesTheLease() {
		long lease = this.rig.lease();
		this.rig.closeRegistry();

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
		staying.closeRegistry();

		assertThat(staying.entry()).isNotNull();
		assertThat(staying.etcd.leases()).contains(lease);
		staying.advanceSeconds(16);
		assertThat(staying.entry()).as("gone with the lease").isNull();
	}

	@Test
	void aRegistryThatIsClosedWhileEtcdIsAwayGoesOnInTheBackgroundAndEndsWithTheLease() {
		this.rig.etcd.down();
		this.rig.closeRegistry();
		assertThat(this.rig.etcd.lingering()).hasSize(1).noneMatch((work) -> work.toCompletableFuture().isDone());

		this.rig.etcd.up();
		this.rig.advanceSeconds(6);
		assertThat(this.rig.entry()).isNull();
		assertThat(this.rig.etcd.lingering()).allMatch((work) -> work.toCompletableFuture().isDone());
	}

	@Test
	void aRegistryThatIsClosedWhileEtcdStaysAwayEndsWithItsLease() {
		this.rig.etcd.down();
		this.rig.closeRegistry();
		this.rig.advance(RegistryRig.TTL);

		assertThat(this.rig.etcd.lingering()).allMatch((work) -> work.toCompletableFuture().isDone());
	}

	@Test
	void aRegistryWithoutRegistrationsClosesAtOnceAndAsksNothing() {
		RegistryRig unused = new RegistryRig();
		unused.closeRegistry();
		assertThat(unused.etcd.calls(Call.REVOKE)).isZero();
	}

}
