package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.Instance;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * An instance that is changed in place.
 */
class UpdateTests {

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

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
		RegistryRig.leave(this.registration);
		assertThatIllegalStateException().isThrownBy(() -> this.registration.update((instance) -> instance))
			.withMessageContaining("closed");
	}

}
