package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a registration when somebody does something to its key.
 */
class OwnKeyTests {

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	@Test
	void aDeletedKeyIsPutBackUnderTheSameLeaseWithinASecond() {
		long lease = this.rig.lease();
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(1);

		assertThat(this.rig.entry().lease()).isEqualTo(lease);
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void aKeyThatIsDeletedMoreThanThreeTimesInAMinuteIsPutBackOncePerTtl() {
		for (int i = 0; i < 3; i++) {
			this.rig.etcd.delete(RegistryRig.KEY);
			this.rig.advanceSeconds(1);
			assertThat(this.rig.entry()).as("deletion " + (i + 1)).isNotNull();
		}
		for (int i = 0; i < 3; i++) {
			this.rig.etcd.delete(RegistryRig.KEY);
			this.rig.advanceSeconds(14.8);
			assertThat(this.registration.state()).isEqualTo(RegistrationState.WAITING);
			assertThat(this.rig.entry()).as("within the pause").isNull();
			this.rig.advanceSeconds(0.5);
			assertThat(this.rig.entry()).as("after the pause").isNotNull();
		}
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void deletionsFarApartAreAllPutBackAtOnce() {
		for (int i = 0; i < 6; i++) {
			this.rig.etcd.delete(RegistryRig.KEY);
			this.rig.advanceSeconds(1);
			assertThat(this.rig.entry()).isNotNull();
			this.rig.advanceSeconds(30);
		}
	}

	@Test
	void revokedLeasesAreNoDeletions() {
		for (int i = 0; i < 6; i++) {
			this.rig.etcd.revoke(this.rig.lease());
			this.rig.advanceSeconds(1);
			assertThat(this.rig.entry()).as("revocation " + (i + 1)).isNotNull();
		}
	}

	@Test
	void aKeyUnderAnothersLeaseIsAConflictAndNothingIsWrittenAnyMore() {
		long successor = this.rig.etcd.grant(RegistryRig.TTL);
		this.rig.etcd.put(RegistryRig.KEY, "successor", successor);
		this.rig.run();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.CONFLICT);

		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(10);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isZero();
		assertThat(this.rig.value()).isEqualTo("successor");
	}

	@Test
	void aConflictEndsWhenTheOthersKeyIsGone() {
		long successor = this.rig.etcd.grant(RegistryRig.TTL);
		this.rig.etcd.put(RegistryRig.KEY, "successor", successor);
		this.rig.run();
		this.rig.etcd.revoke(successor);
		this.rig.run();

		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	@Test
	void aKeyUnderNoLeaseIsWrittenAgain() {
		this.rig.etcd.put(RegistryRig.KEY, "by hand");
		this.rig.run();

		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void etcdThatWasWipedIsWrittenAgain() {
		this.rig.etcd.put("some/other", "so that the revision is well above that of an empty store");
		this.rig.advanceSeconds(12);
		this.rig.etcd.wipe();
		this.rig.advanceSeconds(6);

		assertThat(this.rig.entry()).isNotNull();
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void eventsOfOurOwnWritesAreNoNewsWhetherTheyComeBeforeOrAfterTheAnswer() {
		this.rig.etcd.delay(Call.COMMIT, Duration.ofMillis(20));
		this.registration.update((instance) -> instance.withWeight(11));
		this.rig.advanceSeconds(1);
		this.rig.etcd.delay(Call.COMMIT, Duration.ZERO);
		this.rig.etcd.delay(Call.WATCH, Duration.ofMillis(20));
		this.registration.update((instance) -> instance.withWeight(12));
		this.rig.advanceSeconds(1);

		assertThat(this.rig.etcd.calls(Call.COMMIT)).isEqualTo(3);
		assertThat(this.rig.transitions).containsExactly("REGISTERED");
	}

	@Test
	void aDeletionDuringAnUpdateIsNotOverlooked() {
		this.rig.etcd.delay(Call.COMMIT, Duration.ofMillis(20));
		this.registration.update((instance) -> instance.withWeight(11));
		this.rig.run();
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(1);

		assertThat(this.rig.value()).contains("\"weight\":11");
	}

	@Test
	void aHealthyKeyIsReadBackEveryObserveDelay() {
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(37);

		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void keysBeyondSixteenAreReadBackOnly() {
		List<Registration> many = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			many.add(this.rig.registry.register(Instance.of("echo", "10.0.1.1", 9000 + i)));
		}
		this.rig.run();
		assertThat(this.rig.etcd.streams()).isEqualTo(16);

		this.rig.etcd.delete("kitex/registry-etcd/echo/10.0.1.1:9039");
		this.rig.advanceSeconds(31);
		assertThat(this.rig.etcd.entry("kitex/registry-etcd/echo/10.0.1.1:9039")).isNotNull();
		assertThat(many).allMatch((one) -> one.state() == RegistrationState.REGISTERED);
	}

}
