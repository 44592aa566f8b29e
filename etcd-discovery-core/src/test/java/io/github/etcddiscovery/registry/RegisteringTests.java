package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rows of REGISTERING, WAITING and DENIED.
 */
class RegisteringTests {

	private final RegistryRig rig = new RegistryRig();

	@Test
	void anInstanceIsWrittenUnderTheLeaseOfTheRegistry() {
		Registration registration = this.rig.registered();

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
		assertThat(this.rig.value())
			.isEqualTo("{\"network\":\"tcp\",\"address\":\"10.0.0.5:8888\",\"weight\":10,\"tags\":null}");
	}

	@Test
	void manyInstancesShareOneLease() {
		this.rig.registered();
		this.rig.registry.register(Instance.of("other", "10.0.0.5", 8889));
		this.rig.registry.register(Instance.of("third", "10.0.0.5", 8890));
		this.rig.run();

		assertThat(this.rig.etcd.entries()).hasSize(3).allMatch((entry) -> entry.lease() == this.rig.lease());
		assertThat(this.rig.etcd.calls(Call.GRANT)).isOne();
	}

	@Test
	void instancesRegisteredAtOnceAskForOneLease() {
		this.rig.registry.register(RegistryRig.ECHO);
		this.rig.registry.register(Instance.of("other", "10.0.0.5", 8889));
		this.rig.run();

		assertThat(this.rig.etcd.calls(Call.GRANT)).isOne();
	}

	/**
	 * The read is in the else branch of the transaction. When their watches stand, all
	 * are looked at once, up to 100 at a time.
	 */
	@Test
	void aThousandRegistrationsCostOneGrantAndATransactionEach() {
		for (int i = 0; i < 1_000; i++) {
			this.rig.registry.register(Instance.of("many", "10.0." + i / 250 + "." + i % 250, 8888));
		}
		this.rig.run();

		assertThat(this.rig.etcd.entries()).hasSize(1_000);
		assertThat(this.rig.etcd.calls(Call.GRANT)).isOne();
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isEqualTo(1_000);
		assertThat(this.rig.etcd.calls(Call.READ)).isLessThan(20);
	}

	@Test
	void aFirstRegistrationTakesTheKeyOverFromWhoeverHoldsIt() {
		long predecessor = this.rig.etcd.grant(RegistryRig.TTL);
		this.rig.etcd.put(RegistryRig.KEY, "predecessor", predecessor);

		Registration registration = this.rig.registered();

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	@Test
	void theEndOfThePredecessorsLeaseTakesNothingAway() {
		long predecessor = this.rig.etcd.grant(RegistryRig.TTL);
		this.rig.etcd.put(RegistryRig.KEY, "predecessor", predecessor);
		Registration registration = this.rig.registered();

		this.rig.etcd.revoke(predecessor);
		this.rig.run();

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	@Test
	void aWriteThatLosesAgainstAnotherWriterIsMadeAgainOnWhatThatOneWrote() {
		this.rig.etcd.delay(Call.GRANT, Duration.ofMillis(50));
		Registration registration = this.rig.registered();
		this.rig.etcd.put(RegistryRig.KEY, "written between read and put");
		this.rig.advanceSeconds(0.1);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isEqualTo(2);
	}

	@Test
	void withoutAnAnswerTheStateIsWaitingAndThenFailedAtTheSamePace() {
		this.rig.etcd.down();
		Registration registration = this.rig.registered();

		this.rig.advanceSeconds(3);
		assertThat(registration.state()).isEqualTo(RegistrationState.WAITING);
		this.rig.advanceSeconds(6);
		assertThat(this.rig.transitions).doesNotContain("FAILED");
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(this.rig.transitions).contains("FAILED");
		this.rig.etcd.resetCalls();
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.rig.etcd.calls(Call.GRANT)).isGreaterThan(60 / (3 + 5));
	}

	@Test
	void etcdThatComesUpIsUsedWithinSixSeconds() {
		this.rig.etcd.down();
		Registration registration = this.rig.registered();
		this.rig.advance(Duration.ofMinutes(10));

		this.rig.etcd.up();
		this.rig.advanceSeconds(6);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(registration.keys().get(0).attempts()).isZero();
	}

	@Test
	void aRefusalIsDeniedAndTriedAgainAtTheSlowPace() {
		KeyRange range = KeyRange.prefix(Bytes.utf8("kitex/"));
		this.rig.etcd.forbid(range);
		Registration registration = this.rig.registered();
		assertThat(registration.state()).isEqualTo(RegistrationState.DENIED);
		assertThat(registration.keys().get(0).problem()).contains(RegistryRig.KEY);

		this.rig.advanceSeconds(8.9);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isOne();
		this.rig.etcd.permit(range);
		this.rig.advanceSeconds(1.2);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void aRefusedLoginAndAFullDatabaseAreDeniedToo() {
		this.rig.etcd.full(true);
		assertThat(this.rig.registered().state()).isEqualTo(RegistrationState.DENIED);

		RegistryRig other = new RegistryRig();
		other.etcd.refuse(Kind.LOGIN_REFUSED);
		assertThat(other.registered().state()).isEqualTo(RegistrationState.DENIED);
	}

	@Test
	void aPutThatWasRefusedHasNeverStood() {
		this.rig.etcd.forbid(KeyRange.prefix(Bytes.utf8("kitex/")));
		Registration registration = this.rig.registered();

		assertThat(registration.outFor()).isEqualTo(ChronoUnit.FOREVER.getDuration());
	}

	@Test
	void aLeaseThatEndsBetweenGrantAndPutIsReplacedByAnother() {
		this.rig.etcd.delay(Call.GRANT, Duration.ofMillis(50));
		Registration registration = this.rig.registered();
		this.rig.etcd.leases().forEach(this.rig.etcd::revoke);
		this.rig.advanceSeconds(1);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.calls(Call.GRANT)).isEqualTo(2);
	}

	@Test
	void aPutWhoseAnswerWasLostIsFoundAndNotMadeAgain() {
		this.rig.etcd.withhold(Call.COMMIT, 1);
		Registration registration = this.rig.registered();
		this.rig.advanceSeconds(3);
		assertThat(registration.state()).isEqualTo(RegistrationState.WAITING);
		this.rig.advanceSeconds(1);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isOne();
		assertThat(this.rig.etcd.calls(Call.GRANT)).isOne();
	}

	@Test
	void aKeyOfOursThatIsNotAsWantedIsPutAgain() {
		this.rig.etcd.withhold(Call.COMMIT, 1);
		Registration registration = this.rig.registered();
		registration.update((instance) -> instance.withWeight(3));
		this.rig.advanceSeconds(4);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.value()).contains("\"weight\":3");
	}

	@Test
	void aKeyUnderNoLeaseIsTakenByAFirstRegistration() {
		this.rig.etcd.put(RegistryRig.KEY, "by hand");
		Registration registration = this.rig.registered();

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	@Test
	void anAnswerThatIsNoneOfTheKnownRefusalsIsPacedAsNoAnswer() {
		this.rig.etcd.refuse(Kind.REFUSED, Call.COMMIT);
		Registration registration = this.rig.registered();
		assertThat(registration.state()).isEqualTo(RegistrationState.WAITING);

		this.rig.etcd.allow();
		this.rig.advanceSeconds(0.2);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void theSlowPaceGrowsToTheObserveDelay() {
		this.rig.etcd.full(true);
		this.rig.registered();
		this.rig.advance(Duration.ofMinutes(2));
		this.rig.etcd.resetCalls();
		this.rig.advance(Duration.ofMinutes(10));

		assertThat(this.rig.etcd.calls(Call.GRANT)).isBetween(20, 24);
	}

	@Test
	void aRefusalAfterALongOutageIsTheFirstOfItsKind() {
		this.rig.etcd.down();
		Registration registration = this.rig.registered();
		this.rig.advance(Duration.ofMinutes(2));
		this.rig.etcd.full(true);
		this.rig.etcd.up();
		this.rig.advanceSeconds(6);
		assertThat(registration.state()).isEqualTo(RegistrationState.DENIED);

		this.rig.etcd.full(false);
		this.rig.advanceSeconds(10);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

}
