package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Backup;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A layout whose keys we may not write takes no other with it. Since 3.5.28 etcd renews
 * no lease of somebody who may not write every key under it.
 */
class ForbiddenLayoutTests {

	private static final KeyRange SECOND_KEYS = KeyRange.prefix(Bytes.utf8("second/"));

	private static final String SECOND_KEY = "second/echo/10.0.0.5:8888";

	private final RegistryRig rig = new RegistryRig(
			RegistryOptions.defaults().withLayouts(Layout.kitex(), new Layout(InstanceCodec.kitex(), "second")));

	@Test
	void forbiddenFromTheStartItIsDeniedAndTheOtherIsRegistered() {
		this.rig.etcd.forbid(SECOND_KEYS);
		Registration registration = this.rig.registered();
		assertStates(registration, RegistrationState.REGISTERED, RegistrationState.DENIED);
		assertThat(registration.keys().get(1).problem()).contains(SECOND_KEY);

		long lease = this.rig.lease();
		this.rig.advance(Duration.ofMinutes(10));
		assertThat(this.rig.lease()).as("its attempts cost the other nothing").isEqualTo(lease);
		assertThat(this.rig.etcd.calls(Call.GRANT)).isOne();
		assertThat(this.rig.transitions).containsOnlyOnce("REGISTERED");
	}

	@Test
	void forbiddenLaterTheOthersMoveToANewLeaseAtOnce() {
		Registration registration = this.rig.registered();
		long first = this.rig.lease();
		this.rig.etcd.forbid(SECOND_KEYS);
		for (int i = 0; i < 600; i++) {
			this.rig.advance(Duration.ofMillis(10));
			assertThat(this.rig.entry()).as("there is no hole").isNotNull();
		}
		assertStates(registration, RegistrationState.REGISTERED, RegistrationState.DENIED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease()).isNotEqualTo(first);

		this.rig.advance(Duration.ofMinutes(2));
		assertThat(this.rig.entry()).as("the permitted key stays").isNotNull();
		assertThat(this.rig.etcd.entry(SECOND_KEY)).as("the forbidden one goes with its lease").isNull();
		assertThat(this.rig.etcd.leases()).containsExactly(this.rig.lease());
		assertThat(this.rig.etcd.calls(Call.GRANT)).isEqualTo(2);
	}

	@Test
	void anUpdateMeanwhileReachesThePermittedKey() {
		Registration registration = this.rig.registered();
		this.rig.etcd.forbid(SECOND_KEYS);
		registration.update((instance) -> instance.withWeight(77));
		this.rig.run();
		assertThat(this.rig.value()).contains("\"weight\":77");
		this.rig.advanceSeconds(6);
		assertThat(this.rig.value()).contains("\"weight\":77");
		assertThat(registration.keys().get(0).state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void permittedAgainItsKeyIsPutUnderTheNewLease() {
		Registration registration = this.rig.registered();
		this.rig.etcd.forbid(SECOND_KEYS);
		this.rig.advanceSeconds(6);
		this.rig.etcd.permit(SECOND_KEYS);
		this.rig.advanceSeconds(31);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.entry(SECOND_KEY).lease()).isEqualTo(this.rig.lease());
		assertThat(this.rig.etcd.calls(Call.GRANT)).isEqualTo(2);
	}

	@Test
	void everyRegistrationIsMovedAndNoneTwice() {
		for (int i = 0; i < 20; i++) {
			this.rig.registry.register(Instance.of("echo", "10.0.0." + i, 8888));
		}
		this.rig.run();
		this.rig.etcd.forbid(KeyRange.single(Bytes.utf8("second/echo/10.0.0.7:8888")));
		this.rig.etcd.resetCalls();
		this.rig.advance(Duration.ofSeconds(9));

		assertThat(this.rig.etcd.entries()).hasSize(40)
			.filteredOn((entry) -> entry.lease() != this.rig.lease())
			.singleElement()
			.satisfies((entry) -> assertThat(entry.key().toString()).contains("10.0.0.7"));
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isEqualTo(40);
	}

	@Test
	void leavingWhileItIsForbiddenRemovesThePermittedKeyAtOnceAndEndsWithTheLease() {
		RegistryRig quick = new RegistryRig(
				RegistryOptions.defaults().withLayouts(Layout.kitex(), new Layout(InstanceCodec.kitex(), "second")),
				Duration.ofMillis(50));
		quick.registered();
		quick.etcd.forbid(SECOND_KEYS);
		quick.closeRegistry();
		assertThat(quick.entry()).isNull();
		assertThat(quick.etcd.entry(SECOND_KEY)).isNotNull();

		quick.advance(RegistryRig.TTL.plusSeconds(1));
		assertThat(quick.etcd.entries()).isEmpty();
		assertThat(quick.etcd.lingering()).allMatch((work) -> work.toCompletableFuture().isDone());
	}

	/** Nobody needs a lease any more, so the refused one is the present one. */
	@Test
	void whatABumpedRestoreBringsBackUnderARefusedLeaseIsRemovedThoughNobodyIsRegistered() {
		Registration registration = this.rig.registered();
		Backup backup = Backup.of(this.rig.etcd);
		this.rig.etcd.forbid(SECOND_KEYS);
		RegistryRig.leave(registration);
		this.rig.advanceSeconds(6);
		assertThat(this.rig.entry()).isNull();
		backup.restoreBumped();
		assertThat(this.rig.entry()).isNotNull();
		this.rig.advanceSeconds(1);

		assertThat(this.rig.entry()).isNull();
	}

	private static void assertStates(Registration registration, RegistrationState... states) {
		assertThat(registration.keys()).extracting(KeyStatus::state).containsExactly(states);
	}

}
