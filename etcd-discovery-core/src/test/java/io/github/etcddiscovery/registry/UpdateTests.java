package io.github.etcddiscovery.registry;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
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

	@Test
	void updatesOfManyThreadsAreAllMade() {
		List<CompletableFuture<Void>> threads = Stream.generate(() -> CompletableFuture.runAsync(() -> {
			for (int i = 0; i < 100; i++) {
				this.registration.update((instance) -> instance.withWeight(instance.weight() + 1));
			}
		})).limit(8).toList();
		threads.forEach(CompletableFuture::join);
		this.rig.run();

		assertThat(this.registration.instance().weight()).isEqualTo(810);
		assertThat(this.rig.value()).contains("\"weight\":810");
		assertThat(this.rig.etcd.calls(Call.COMMIT)).as("one write at a time, the newest wins").isLessThanOrEqualTo(3);
	}

	@Test
	void whatTheFunctionThrowsReachesTheCallerAndChangesNothing() {
		assertThatIllegalStateException().isThrownBy(() -> this.registration.update((instance) -> {
			throw new IllegalStateException("mine");
		})).withMessage("mine");
		this.rig.run();
		assertThat(this.registration.instance()).isEqualTo(RegistryRig.ECHO);
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

}
