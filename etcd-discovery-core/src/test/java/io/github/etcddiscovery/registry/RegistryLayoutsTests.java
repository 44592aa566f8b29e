package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
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

	private static final Layout SECOND = new Layout(InstanceCodec.kitex(), "second");

	private static final KeyRange SECOND_KEYS = KeyRange.prefix(Bytes.utf8("second/"));

	private static final String SECOND_KEY = "second/echo/10.0.0.5:8888";

	private final RegistryRig rig = new RegistryRig(RegistryOptions.defaults().withLayouts(Layout.kitex(), SECOND));

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
	void whoWouldShareAKeyWithAnotherIsRefusedUntilThatHasLeft() {
		RegistryRig byId = new RegistryRig(
				RegistryOptions.defaults().withLayouts(Layout.kitex(), Layout.of(InstanceCodec.plain())));
		Registration first = byId.registry.register(RegistryRig.ECHO.withTag(Instance.ID, "blue"));
		byId.run();
		Instance other = Instance.of("echo", "10.0.0.6", 8888).withTag(Instance.ID, "blue");

		assertThatIllegalArgumentException().isThrownBy(() -> byId.registry.register(other))
			.withMessageContaining("one of its keys is held by the registration of " + first.instance());
		byId.run();
		assertStates(first, RegistrationState.REGISTERED, RegistrationState.REGISTERED);
		assertThat(byId.registry.registrations()).containsExactly(first);

		RegistryRig.leave(first);
		byId.run();
		Registration second = byId.registry.register(other);
		byId.run();
		assertStates(second, RegistrationState.REGISTERED, RegistrationState.REGISTERED);
	}

	@Test
	void eachKeyStandsUnderTheOneLease() {
		Registration registration = this.rig.registered();
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
		assertThat(second().lease()).isEqualTo(this.rig.lease());
		assertThat(registration.keys()).extracting(KeyStatus::key).containsExactly(RegistryRig.KEY, SECOND_KEY);
		assertThat(registration.keys()).extracting(KeyStatus::format).containsOnly("kitex");
		assertThat(this.rig.etcd.calls(Call.GRANT)).isOne();
	}

	@Test
	void anUpdateIsWrittenUnderEach() {
		Registration registration = this.rig.registered();
		registration.update((instance) -> instance.withWeight(77));
		this.rig.run();
		assertThat(this.rig.value()).contains("\"weight\":77");
		assertThat(second().value().strictUtf8()).contains("\"weight\":77");
	}

	@Test
	void outAndClosedMeanEach() {
		Registration registration = this.rig.registered();
		registration.suspend();
		this.rig.run();
		assertThat(this.rig.etcd.entries()).isEmpty();
		assertThat(registration.state()).isEqualTo(RegistrationState.OUT);
		registration.resume();
		this.rig.run();
		assertThat(this.rig.etcd.entries()).hasSize(2);
		RegistryRig.leave(registration);
		this.rig.run();
		assertThat(this.rig.etcd.entries()).isEmpty();
	}

	@Test
	void itIsOutForAsLongAsTheLastOfItsKeysIs() {
		Registration registration = this.rig.registered();
		this.rig.etcd.forbid(SECOND_KEYS);
		registration.suspend();
		this.rig.advanceSeconds(5);
		assertThat(this.rig.entry()).isNull();
		assertThat(registration.outFor()).as("one key stands").isEqualTo(Duration.ZERO);
	}

	@Test
	void theStateIsTheFirstThatOneOfThemHas() {
		assertThat(RegistrationState.values()).extracting(RegistrationState::name)
			.containsExactly("CONFLICT", "DENIED", "FAILED", "WAITING", "UNCERTAIN", "REGISTERING", "OUT", "REGISTERED",
					"CLOSED");
	}

	@Test
	void registeringComesBeforeRegistered() {
		this.rig.etcd.delay(Call.COMMIT, Duration.ofMillis(100));
		Registration registration = this.rig.registered();
		this.rig.etcd.delay(Call.COMMIT, Duration.ZERO);
		assertStates(registration, RegistrationState.REGISTERING, RegistrationState.REGISTERING);
		this.rig.advanceSeconds(0.1);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void deniedComesBeforeWaitingAndConflictBeforeDenied() {
		this.rig.etcd.forbid(SECOND_KEYS);
		this.rig.etcd.withhold(Call.COMMIT, 1);
		Registration registration = this.rig.registered();
		this.rig.advanceSeconds(3);
		assertStates(registration, RegistrationState.WAITING, RegistrationState.DENIED);
		assertThat(registration.state()).isEqualTo(RegistrationState.DENIED);

		this.rig.advanceSeconds(2);
		assertStates(registration, RegistrationState.REGISTERED, RegistrationState.DENIED);
		assertThat(registration.state()).isEqualTo(RegistrationState.DENIED);

		this.rig.etcd.put(RegistryRig.KEY, "successor", this.rig.etcd.grant(Duration.ofMinutes(5)));
		this.rig.run();
		assertStates(registration, RegistrationState.CONFLICT, RegistrationState.DENIED);
		assertThat(registration.state()).isEqualTo(RegistrationState.CONFLICT);
	}

	@Test
	void aConflictOfOneKeyIsNoneOfTheOther() {
		Registration registration = this.rig.registered();
		this.rig.etcd.put(SECOND_KEY, "successor", this.rig.etcd.grant(Duration.ofMinutes(5)));
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.run();
		assertStates(registration, RegistrationState.REGISTERED, RegistrationState.CONFLICT);
		assertThat(this.rig.entry()).as("put back").isNotNull();
	}

	@Test
	void aFightOverOneKeyIsNoneOverTheOther() {
		Registration registration = this.rig.registered();
		for (int i = 0; i < 4; i++) {
			this.rig.etcd.delete(SECOND_KEY);
			this.rig.run();
		}
		assertStates(registration, RegistrationState.REGISTERED, RegistrationState.WAITING);
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.run();
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void whenRegisteredWaitsForAllAndIsDoneOnce() {
		this.rig.etcd.forbid(SECOND_KEYS);
		Registration registration = this.rig.registered();
		CompletableFuture<Registration> registered = registration.whenRegistered().toCompletableFuture();
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(registered).isNotDone();

		this.rig.etcd.put(RegistryRig.KEY, "successor", this.rig.etcd.grant(Duration.ofMinutes(5)));
		this.rig.etcd.permit(SECOND_KEYS);
		this.rig.advanceSeconds(31);
		assertStates(registration, RegistrationState.CONFLICT, RegistrationState.REGISTERED);
		assertThat(registered).as("each was REGISTERED once").succeedsWithin(Duration.ofSeconds(20));
	}

	@Test
	void whenRegisteredFailsAsSoonAsOneIsGivenUp() {
		Duration nextAfterRefusal = Duration.ofMinutes(2);
		RegistryRig stopping = new RegistryRig(RegistryOptions.defaults()
			.withLayouts(Layout.kitex(), SECOND)
			.withRetry(new RetryOptions(1, Duration.ofMillis(200), nextAfterRefusal, nextAfterRefusal, true)));
		stopping.etcd.forbid(SECOND_KEYS);
		stopping.etcd.refuseNext(Kind.UNAVAILABLE, Call.COMMIT, 1);
		Registration registration = stopping.registered();
		stopping.etcd.refuse(Kind.UNAVAILABLE, Call.COMMIT);
		stopping.advanceSeconds(60);

		assertStates(registration, RegistrationState.FAILED, RegistrationState.DENIED);
		assertThat(registration.whenRegistered().toCompletableFuture()).failsWithin(Duration.ofSeconds(20));
	}

	private void assertStates(Registration registration, RegistrationState... states) {
		assertThat(registration.keys()).extracting(KeyStatus::state).containsExactly(states);
	}

	private Entry second() {
		return this.rig.etcd.entry(SECOND_KEY);
	}

}
