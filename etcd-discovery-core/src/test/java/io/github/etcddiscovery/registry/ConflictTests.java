package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rows of CONFLICT: somebody who came later holds the key.
 */
class ConflictTests {

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

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
	void aKeyThatIsFoundUnderAnothersLeaseWhileRegisteringAgainIsAConflict() {
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.revoke(this.rig.lease());
		long other = this.rig.etcd.grant(Duration.ofMinutes(5));
		this.rig.etcd.put(RegistryRig.KEY, "successor", other);
		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(6);

		assertThat(this.registration.state()).isEqualTo(RegistrationState.CONFLICT);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isZero();
	}

	@Test
	void aConflictIsOneErrorThatNamesTheOtherLease() {
		long other = this.rig.etcd.grant(Duration.ofMinutes(5));
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getName())) {
			this.rig.etcd.put(RegistryRig.KEY, "successor", other);
			this.rig.advance(Duration.ofMinutes(3));
			assertThat(lines.at("ERROR")).hasSize(1).allMatch((line) -> line.contains(Long.toHexString(other)));
		}
	}

	@Test
	void aConflictEndsWhenTheKeyIsUnderNoLeaseAnyMore() {
		conflict();
		this.rig.etcd.put(RegistryRig.KEY, "by hand");
		this.rig.run();

		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	@Test
	void aConflictOfAStoreThatWentBackIsLookedAtAgain() {
		this.rig.etcd.put("some/other", "so that the revision is well above that of an empty store");
		conflict();
		this.rig.etcd.wipe();
		this.rig.advanceSeconds(6);

		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	@Test
	void aConflictLastsThroughAnOutageWhileTheOtherLives() {
		conflict();
		this.rig.etcd.down();
		this.rig.advanceSeconds(40);
		this.rig.etcd.up();
		this.rig.advanceSeconds(10);

		assertThat(this.registration.state()).isEqualTo(RegistrationState.CONFLICT);
		assertThat(this.rig.value()).isEqualTo("successor");
	}

	@Test
	void theLeaseIsRenewedMeanwhileForTheOthersUnderIt() {
		Registration other = this.rig.registry.register(Instance.of("other", "10.0.0.5", 8889));
		this.rig.run();
		long lease = this.rig.lease();
		conflict();
		this.rig.advance(Duration.ofMinutes(2));

		assertThat(other.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.leases()).contains(lease);
		assertThat(this.rig.lease()).isEqualTo(lease);
	}

	@Test
	void aConflictWhoseEndWasNotToldIsNoticedByReadingBack() {
		conflict();
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(37);

		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	private void conflict() {
		this.rig.etcd.put(RegistryRig.KEY, "successor", this.rig.etcd.grant(Duration.ofMinutes(5)));
		this.rig.run();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.CONFLICT);
	}

}
