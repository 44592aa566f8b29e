package io.github.etcddiscovery.registry;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
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

	/** The key stands, its lease is renewed, and callers reach the instance. */
	@Test
	void anUpdateThatIsRefusedLeavesItRegisteredAndIsMadeAgain() {
		long lease = this.rig.lease();
		this.rig.etcd.refuse(Kind.PERMISSION_DENIED, Call.COMMIT);
		this.rig.etcd.resetCalls();
		this.registration.update((instance) -> instance.withWeight(3));
		this.rig.run();
		assertThat(this.rig.etcd.calls(Call.RENEW)).as("a renewal tells for which key").isOne();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.registration.keys().get(0).problem()).contains("COMMIT");
		this.rig.etcd.allow(Call.COMMIT);
		this.rig.advanceSeconds(11);

		assertThat(this.rig.value()).contains("\"weight\":3");
		assertThat(this.rig.lease()).isEqualTo(lease);
		assertThat(this.registration.keys().get(0).problem()).isNull();
		assertThat(this.rig.transitions).containsExactly("REGISTERED");
	}

	/**
	 * What the renewal says is what counts: it is refused for the key that is refused.
	 */
	@Test
	void anUpdateOfAKeyThatMayNotBeWrittenAnyMoreCostsTheLeaseAndIsDenied() {
		this.rig.etcd.forbid(KeyRange.single(Bytes.utf8(RegistryRig.KEY)));
		this.registration.update((instance) -> instance.withWeight(3));
		this.rig.run();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.DENIED);
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
		}, OWN_THREADS)).limit(8).toList();
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
