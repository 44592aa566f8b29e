package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
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
	void aDeletionDuringAnUpdateThatIsRefusedIsNotOverlooked() {
		this.rig.etcd.delayRequests(Call.COMMIT, Duration.ofMillis(20));
		this.rig.etcd.refuseNext(Kind.LOGIN_REFUSED, Call.COMMIT, 1);
		this.registration.update((instance) -> instance.withWeight(11));
		this.rig.run();
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(1);

		assertThat(this.rig.entry()).isNull();
		assertThat(this.registration.state()).as("gone").isEqualTo(RegistrationState.DENIED);
	}

	@Test
	void whereNoWatchCanBeHadTheLeaseIsAskedOnceEveryObserveDelay() {
		this.rig.etcd.watchFaults().limitStreams(0);
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advanceSeconds(29.9995);
		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(0.001);
		assertThat(this.rig.etcd.calls(Call.LEASE_KEYS)).isOne();
	}

	/** Each watch that cannot be had ends after 3 s, and is asked for again soon. */
	@Test
	void whereNoWatchCanBeHadALossIsSeenWithinSixSecondsAlsoWhenTheQuestionsWereJustDue() {
		this.rig.etcd.watchFaults().limitStreams(0);
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advanceSeconds(6);
		for (int i = 0; i < 60; i++) {
			this.rig.advanceSeconds(24.01);
			this.rig.etcd.delete(RegistryRig.KEY);
			this.rig.advanceSeconds(5.99);
			assertThat(this.rig.entry()).as("after loss " + i).isNotNull();
		}
	}

	@Test
	void aHealthyKeyIsReadBackEveryObserveDelay() {
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(37);

		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void outAndInAgainIsNoDeletion() {
		for (int i = 0; i < 4; i++) {
			this.registration.suspend("readiness");
			this.rig.run();
			this.registration.resume("readiness");
			this.rig.run();
		}
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(1);

		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void aFightIsOneErrorHoweverLongItLasts() {
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getName())) {
			for (int i = 0; i < 12; i++) {
				this.rig.etcd.delete(RegistryRig.KEY);
				this.rig.advanceSeconds(15.5);
			}
			assertThat(lines.at("ERROR")).hasSize(1).allMatch((line) -> line.contains("deleted more than 3 times"));
		}
	}

	@Test
	void anotherValueUnderOurLeaseIsReplacedByOurs() {
		this.rig.etcd.put(RegistryRig.KEY, "an update of ours that came late", this.rig.lease());
		this.rig.run();

		assertThat(this.rig.value()).contains("\"weight\":10");
	}

	@Test
	void anUpdateThatIsTakenBackBeforeItsAnswerIsWrittenBack() {
		this.rig.etcd.withhold(Call.COMMIT, 1);
		this.rig.etcd.muteStreams(true);
		this.registration.update((instance) -> instance.withWeight(11));
		this.rig.advanceSeconds(3);
		assertThat(this.rig.value()).contains("\"weight\":11");
		this.registration.update((instance) -> instance.withWeight(10));
		this.rig.advanceSeconds(6);

		assertThat(this.rig.value()).contains("\"weight\":10");
	}

	@Test
	void aRefusedUpdateIsShownAndTriedAgain() {
		this.rig.etcd.full(true);
		this.registration.update((instance) -> instance.withWeight(11));
		this.rig.run();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.registration.keys().get(0).problem()).contains("space");

		this.rig.etcd.full(false);
		this.rig.advanceSeconds(11);
		assertThat(this.rig.value()).contains("\"weight\":11");
		assertThat(this.registration.keys().get(0).problem()).isNull();
	}

	@Test
	void everyKeyIsWatchedHoweverManyThereAreOnOneStream() {
		List<Registration> many = registerMany(40);
		assertThat(this.rig.etcd.streams()).isOne();

		this.rig.etcd.delete("kitex/registry-etcd/echo/10.0.1.1:9039");
		this.rig.run();
		assertThat(this.rig.etcd.entry("kitex/registry-etcd/echo/10.0.1.1:9039")).isNotNull();
		assertThat(many).allMatch((one) -> one.state() == RegistrationState.REGISTERED);
	}

	@Test
	void whatALookCostsDoesNotDependOnHowOftenKeysCameAndWent() {
		for (int i = 0; i < 10; i++) {
			Registration last = this.rig.registry.register(Instance.of("echo", "10.0.2.1", 9100));
			this.rig.run();
			RegistryRig.leave(last);
			this.rig.run();
		}
		this.rig.registry.register(Instance.of("echo", "10.0.2.1", 9100));
		this.rig.advanceSeconds(60);
		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(60);

		assertThat(this.rig.etcd.calls(Call.READ)).isEqualTo(2);
		assertThat(this.rig.etcd.calls(Call.LEASE_KEYS)).isEqualTo(2);
	}

	@Test
	void aThousandKeysAreLookedAtWithOneQuestionToTheLeaseAndTransactionsOfAHundred() {
		registerMany(999);
		this.rig.advanceSeconds(40);
		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(30);

		assertThat(this.rig.etcd.calls(Call.LEASE_KEYS)).isOne();
		assertThat(this.rig.etcd.calls(Call.READ)).isEqualTo(10);
		assertThat(this.rig.etcd.calls(Call.LIST)).isZero();
	}

	@Test
	void aThousandKeysCostOneTransactionEachAndAreBackAtOnceWhenAllAreDeleted() {
		registerMany(999);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isEqualTo(1_000);
		assertThat(this.rig.etcd.calls(Call.GRANT)).isOne();

		this.rig.etcd
			.delete(this.rig.etcd.entries().stream().map((entry) -> entry.key().toString()).toArray(String[]::new));
		assertThat(this.rig.etcd.entries()).isEmpty();
		this.rig.run();
		assertThat(this.rig.etcd.entries()).hasSize(1_000);
	}

	@Test
	void noMoreThan64WritesAreUnderWayAtOnce() {
		this.rig.etcd.delay(Call.COMMIT, Duration.ofMillis(100));
		this.rig.etcd.resetCalls();
		registerMany(200);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isEqualTo(64);
		this.rig.advanceSeconds(0.4);
		assertThat(this.rig.etcd.entries()).hasSize(201);
	}

	private List<Registration> registerMany(int number) {
		List<Registration> many = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			many.add(this.rig.registry.register(Instance.of("echo", "10.0.1.1", 9000 + i)));
		}
		this.rig.run();
		return many;
	}

}
