package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a registration when something becomes of its lease.
 */
class LeaseTests {

	private final RegistryRig rig = new RegistryRig();

	@Test
	void theLeaseIsRenewedEveryThirdOfItsTimeHoweverManyInstancesThereAre() {
		this.rig.registered();
		this.rig.registry.register(Instance.of("other", "10.0.0.5", 8889));
		this.rig.advance(Duration.ofMinutes(10));

		int nominal = 10 * 60 / 5;
		assertThat(this.rig.etcd.calls(Call.RENEW)).isBetween(nominal, (int) (nominal * 1.12));
		assertThat(this.rig.etcd.calls(Call.GRANT)).isOne();
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isEqualTo(2);
	}

	@Test
	void withoutARegistrationNothingIsRenewedAndTheNextOneHasALeaseOfItsOwn() {
		Registration registration = this.rig.registered();
		long lease = this.rig.lease();
		RegistryRig.leave(registration);
		this.rig.run();
		this.rig.etcd.put(RegistryRig.KEY, "a write of ours that came late", lease);
		this.rig.advanceSeconds(16);
		assertThat(this.rig.entry()).isNull();

		this.rig.registered();
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease()).isNotEqualTo(lease);
	}

	@Test
	void theTimeToLiveThatEtcdGrantedIsTheOneUsed() {
		RegistryRig quick = new RegistryRig(RegistryOptions.defaults().withTtl(Duration.ofSeconds(2)));
		quick.registered();

		assertThat(quick.registry.lease().ttl()).isEqualTo(Duration.ofSeconds(2));
		quick.advance(Duration.ofMinutes(1));
		assertThat(quick.entry()).isNotNull();
		assertThat(quick.etcd.calls(Call.GRANT)).isOne();
	}

	@Test
	void withoutAnAcknowledgedRenewalForTwoThirdsOfTheTimeTheStateIsUncertain() {
		Registration registration = this.rig.registered();
		this.rig.etcd.down();

		this.rig.advanceSeconds(9.9);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		this.rig.advanceSeconds(0.2);
		assertThat(registration.state()).isEqualTo(RegistrationState.UNCERTAIN);
		assertThat(this.rig.registry.lease().remaining()).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void afterAnOutageOfAnyLengthTheSameLeaseLivesOnAndNothingIsWrittenAgain() {
		Registration registration = this.rig.registered();
		long lease = this.rig.lease();
		this.rig.etcd.down();
		this.rig.advance(Duration.ofMinutes(30));
		this.rig.etcd.up();
		this.rig.advanceSeconds(6);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.lease()).isEqualTo(lease);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isOne();
		assertThat(this.rig.etcd.calls(Call.GRANT)).isOne();
	}

	@Test
	void aFrozenMemberIsLeftWhileThereIsStillLeaseToSave() {
		this.rig.registered();
		this.rig.etcd.freeze();
		this.rig.advanceSeconds(14);

		assertThat(this.rig.etcd.calls(Call.RENEW)).isGreaterThanOrEqualTo(2);
	}

	@Test
	void oneRenewalIsUnderWayAtATime() {
		this.rig.registered();
		this.rig.etcd.delay(Call.RENEW, Duration.ofSeconds(2));
		this.rig.advance(Duration.ofSeconds(70));

		assertThat(this.rig.etcd.calls(Call.RENEW)).isBetween(11, 16);
	}

	@Test
	void aRevokedLeaseIsReplacedWithinASecond() {
		Registration registration = this.rig.registered();
		long lost = this.rig.lease();
		this.rig.etcd.revoke(lost);
		assertThat(this.rig.entry()).isNull();
		this.rig.advanceSeconds(1);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease()).isNotEqualTo(lost);
	}

	@Test
	void aLeaseThatIsFoundToBeLostByARenewalIsReplacedToo() {
		Registration registration = this.rig.registered();
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.revoke(this.rig.lease());
		this.rig.advanceSeconds(6);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	/** So answers a member that has not yet applied the grant after a restart. */
	@Test
	void aLeaseThatIsSaidToBeLostThoughItLivesIsReplacedToo() {
		Registration registration = this.rig.registered();
		long lost = this.rig.lease();
		this.rig.etcd.refuseNext(Kind.LEASE_NOT_FOUND, Call.RENEW, 1);
		this.rig.advanceSeconds(6);

		assertThat(this.rig.registry.lease()).as("the lease that is renewed").isNotNull();
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease()).isNotEqualTo(lost);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void aLoginThatIsRefusedByARenewalIsDeniedUntilItIsAcceptedAgain() {
		Registration registration = this.rig.registered();
		this.rig.etcd.refuse(Kind.LOGIN_REFUSED);
		this.rig.advanceSeconds(6);
		assertThat(registration.state()).isEqualTo(RegistrationState.DENIED);

		this.rig.etcd.allow();
		this.rig.advanceSeconds(31);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void aFullDatabaseHarmsNoRegistrationThatStands() {
		Registration registration = this.rig.registered();
		this.rig.etcd.full(true);
		this.rig.advance(Duration.ofMinutes(5));

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isOne();
	}

	/**
	 * When etcd comes back it gives the lease its full time again, whatever our clock
	 * says.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 120, 121, 122, 123, 124, 125, 126, 127, 128, 129 })
	void aRenewalThatIsRefusedAfterALongOutageIsTriedAgainInTime(int outage) {
		this.rig.registered();
		long lease = this.rig.lease();
		this.rig.etcd.down();
		this.rig.advanceSeconds(outage);
		this.rig.etcd.refuse(Kind.LOGIN_REFUSED, Call.RENEW);
		this.rig.etcd.up();
		this.rig.advanceSeconds(8);
		this.rig.etcd.allow();
		this.rig.advanceSeconds(30);
		assertThat(this.rig.lease()).as("its refusals do not count with the outage before").isEqualTo(lease);
	}

}
