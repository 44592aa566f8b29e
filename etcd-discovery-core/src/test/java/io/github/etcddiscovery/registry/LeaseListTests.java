package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The list of the keys of a lease is a hint, and never a proof.
 */
class LeaseListTests {

	private static final String GHOST = "kitex/registry-etcd/ghost/10.0.0.9:8888";

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	@Test
	void aKeyUnderOurLeaseAndALayoutOfOursThatNobodyWantsIsDeleted() {
		this.rig.etcd.put(GHOST, "ghost", this.rig.lease());
		this.rig.etcd.put("other/prefix", "not ours to judge", this.rig.lease());
		this.rig.advanceSeconds(31);

		assertThat(this.rig.etcd.entry(GHOST)).isNull();
		assertThat(this.rig.etcd.entry("other/prefix")).isNotNull();
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void aSuccessorThatTakesTheKeyBetweenListAndDeleteIsUntouched() {
		this.rig.etcd.put(GHOST, "ghost", this.rig.lease());
		this.rig.etcd.delayRequests(Call.COMMIT, Duration.ofMillis(100));
		this.rig.etcd.resetCalls();
		while (this.rig.etcd.calls(Call.COMMIT) == 0) {
			this.rig.advance(Duration.ofMillis(10));
		}
		this.rig.etcd.put(GHOST, "successor", this.rig.etcd.grant(Duration.ofMinutes(5)));
		this.rig.advanceSeconds(5);

		assertThat(this.rig.etcd.entry(GHOST).value().strictUtf8()).isEqualTo("successor");
	}

	@Test
	void aKeyThatAStaleLeaderStillListsIsReadAndNothingIsWritten() {
		Registration later = this.rig.registry.register(Instance.of("later", "10.0.0.6", 8888));
		this.rig.run();
		this.rig.etcd.staleLeader(true);
		RegistryRig.leave(later);
		this.rig.run();
		assertThat(this.rig.etcd.entries()).hasSize(1);
		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(31);

		assertThat(this.rig.etcd.calls(Call.LEASE_KEYS)).isEqualTo(1);
		assertThat(this.rig.etcd.calls(Call.READ)).as("one for own keys, one for what is listed").isEqualTo(2);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isZero();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void aLeaseThatAStaleLeaderDoesNotKnowIsRenewedAtOnceAndNothingIsWritten() {
		this.rig.etcd.staleLeader(true);
		this.rig.etcd.revoke(this.rig.lease());
		this.rig.run();
		long lease = this.rig.lease();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		this.rig.advanceSeconds(29);
		this.rig.etcd.resetCalls();
		while (this.rig.etcd.calls(Call.LEASE_KEYS) == 0) {
			int renewals = this.rig.etcd.calls(Call.RENEW);
			this.rig.advance(Duration.ofMillis(10));
			if (this.rig.etcd.calls(Call.LEASE_KEYS) > 0) {
				assertThat(this.rig.etcd.calls(Call.RENEW)).isEqualTo(renewals + 1);
			}
		}
		this.rig.advanceSeconds(2);

		assertThat(this.rig.etcd.calls(Call.COMMIT) + this.rig.etcd.calls(Call.GRANT)).isZero();
		assertThat(this.rig.lease()).isEqualTo(lease);
	}

	@Test
	void aKeyThatIsPutWhileTheListIsUnderWayIsNotJudgedByIt() {
		this.rig.etcd.delay(Call.LEASE_KEYS, Duration.ofSeconds(1));
		this.rig.advanceSeconds(30.5);
		Registration later = this.rig.registry.register(Instance.of("later", "10.0.0.6", 8888));
		this.rig.run();
		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(2);

		assertThat(later.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isZero();
	}

	@Test
	void aKeyThatIsDeletedWhileTheListIsUnderWayIsNotReadForIt() {
		Registration leaving = this.rig.registry.register(Instance.of("leaving", "10.0.0.6", 8888));
		this.rig.run();
		this.rig.etcd.delay(Call.LEASE_KEYS, Duration.ofSeconds(1));
		this.rig.advanceSeconds(30.5);
		leaving.suspend();
		this.rig.run();
		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(2);
		assertThat(this.rig.etcd.calls(Call.READ) + this.rig.etcd.calls(Call.COMMIT)).isZero();
	}

	@Test
	void aLeaseThatTheListDoesNotKnowIsRenewedAtOnce() {
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.watchFaults().noticeSilenceAfter(Duration.ofDays(1));
		this.rig.advanceSeconds(29);
		this.rig.etcd.revoke(this.rig.lease());
		this.rig.advanceSeconds(1.1);

		assertThat(this.rig.entry()).isNotNull();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

}
