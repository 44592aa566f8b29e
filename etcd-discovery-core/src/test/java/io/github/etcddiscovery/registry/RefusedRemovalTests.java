package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * etcd renews the lease, and removes no key: a role that may not write any more, an etcd
 * that has found its data corrupt, a proxy in between.
 */
class RefusedRemovalTests {

	@RegisterExtension
	final LoggedLines log = new LoggedLines("io.github.etcddiscovery");

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	@ParameterizedTest
	@EnumSource(names = { "PERMISSION_DENIED", "UNAVAILABLE", "REFUSED" })
	void aKeyThatCannotBeRemovedGoesWithTheLease(Kind answer) {
		this.rig.etcd.refuse(answer, Call.COMMIT);
		RegistryRig.leave(this.registration);
		this.rig.advance(Duration.ofMinutes(1));

		assertThat(this.rig.entry()).isNull();
		assertThat(this.rig.etcd.leases()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "PERMISSION_DENIED", "REFUSED" })
	void aKeyThatIsToBeOutForAWhileGoesWithTheLeaseTooAndComesBackUnderAnother(Kind answer) {
		this.rig.etcd.refuse(answer, Call.COMMIT);
		this.registration.suspend("readiness");
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.rig.entry()).isNull();

		this.rig.etcd.allow();
		this.registration.resume("readiness");
		this.rig.advanceSeconds(1);
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void afterACloseTheRemovalGoesOnForAsLongAsTheLeaseMayLive() {
		this.rig.etcd.refuse(Kind.REFUSED, Call.COMMIT);
		this.registration.suspend("readiness");
		while (this.rig.registry.lease() != null) {
			this.rig.advanceSeconds(0.1);
		}
		this.rig.closeRegistry();
		this.rig.advanceSeconds(4);
		assertThat(this.rig.entry()).isNotNull();

		this.rig.etcd.allow();
		this.rig.advanceSeconds(5);
		assertThat(this.rig.entry()).as("of a lease that had two thirds of its time or more").isNull();
	}

	/** etcd gives every lease its full time again when it comes back. */
	@Test
	void afterACloseTheRemovalOutlivesAnEtcdThatIsAwayAndGivesTheLeaseItsFullTimeAgain() {
		this.rig.etcd.down();
		this.rig.advanceSeconds(20);
		this.rig.closeRegistry();
		this.rig.advanceSeconds(5);
		this.rig.etcd.up();
		this.rig.advanceSeconds(6);
		assertThat(this.rig.entry()).isNull();
	}

	@Test
	void oneThatGaveUpAndLeavesSomethingBehindIsOneLineOfTheLog() {
		RegistryRig stopping = RegistryRig.stoppingAfter(3);
		stopping.etcd.withhold(Call.COMMIT, 1);
		stopping.registered();
		stopping.etcd.refuse(Kind.UNAVAILABLE);
		stopping.advance(Duration.ofMinutes(3));

		assertThat(this.log.at("WARN")).filteredOn((line) -> line.contains("FAILED")).hasSize(1);
		assertThat(this.log.at("WARN")).noneMatch((line) -> line.contains("Removal"));
	}

	@Test
	void whileAnotherKeyIsWantedTheLeaseIsRenewed() {
		Registration other = this.rig.registry.register(Instance.of("other", "10.0.0.6", 8888));
		this.rig.run();
		this.rig.etcd.refuse(Kind.PERMISSION_DENIED, Call.COMMIT);
		RegistryRig.leave(this.registration);
		this.rig.advance(Duration.ofMinutes(10));

		assertThat(other.state()).isEqualTo(RegistrationState.REGISTERED);
		this.rig.etcd.allow();
		this.rig.advance(Duration.ofSeconds(30));
		assertThat(this.rig.entry()).isNull();
	}

	@Test
	void anEtcdThatIsAwayForShorterThanOneTtlCostsNoLease() {
		long lease = this.rig.lease();
		this.registration.suspend("readiness");
		this.rig.etcd.down();
		this.rig.advance(RegistryRig.TTL.dividedBy(2));
		this.rig.etcd.up();
		this.registration.resume("readiness");
		this.rig.advance(RegistryRig.TTL);

		assertThat(this.rig.lease()).isEqualTo(lease);
		assertThat(this.rig.entry()).isNotNull();
	}

}
