package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.retry.RetryOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * One instance under several layouts, each key with a state of its own.
 */
class RegistryLayoutsTests {

	private final RegistryRig rig = new RegistryRig();

	@Test
	void twoLayoutsThatAreTheSameAreAnError() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> RegistryOptions.defaults().withLayouts(Layout.kitex(), Layout.of(InstanceCodec.kitex())))
			.withMessageContaining("no two the same");
	}

	@Test
	void twoLayoutsThatGiveTheSameKeyAreAnError() {
		Layout outer = new Layout(InstanceCodec.kitex(), "a");
		RegistryRig twice = new RegistryRig(
				RegistryOptions.defaults().withLayouts(outer, new Layout(new RenamedCodec("other"), "a")));

		assertThatIllegalArgumentException().isThrownBy(() -> twice.registry.register(RegistryRig.ECHO))
			.withMessageContaining("same key");
	}

	@Test
	void whenRegisteredFailsAsSoonAsOneLayoutIsGivenUp() {
		RetryOptions retry = new RetryOptions(1, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(30),
				true);
		this.rig.etcd.forbid(KeyRange.prefix(Bytes.utf8("forbidden/")));
		EtcdRegistry both = this.rig.registry(RegistryOptions.defaults()
			.withRetry(retry)
			.withLayouts(Layout.kitex(), new Layout(InstanceCodec.kitex(), "forbidden")));
		this.rig.etcd.withhold(Call.COMMIT, 1);
		Registration registration = both.register(RegistryRig.ECHO);
		this.rig.advanceSeconds(4);

		assertThat(registration.keys()).extracting(KeyStatus::state)
			.containsExactly(RegistrationState.FAILED, RegistrationState.DENIED);
		assertThat(registration.whenRegistered().toCompletableFuture()).failsWithin(Duration.ofSeconds(5));
	}

	@Test
	void aRefusedLayoutTakesNoOtherWithIt() {
		Layout refused = new Layout(InstanceCodec.kitex(), "forbidden");
		this.rig.etcd.forbid(KeyRange.prefix(Bytes.utf8("forbidden/")));
		EtcdRegistry both = this.rig.registry(RegistryOptions.defaults().withLayouts(Layout.kitex(), refused));

		Registration registration = both.register(RegistryRig.ECHO);
		this.rig.run();

		assertThat(registration.keys()).extracting(KeyStatus::state)
			.containsExactly(RegistrationState.REGISTERED, RegistrationState.DENIED);
		assertThat(registration.state()).isEqualTo(RegistrationState.DENIED);
		assertThat(registration.whenRegistered().toCompletableFuture()).isNotDone();
	}

}
