package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Backup;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * etcd is restored from a backup: its revision goes back, what has come since is lost,
 * and what has gone since is there again.
 */
class RestoredStoreTests {

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	@Test
	void anUpdateThatWasLostIsWrittenAgain() {
		Backup backup = Backup.of(this.rig.etcd);
		this.registration.update((instance) -> instance.withWeight(20));
		this.rig.run();
		backup.restore();
		this.rig.advanceSeconds(6);

		assertThat(this.rig.value()).contains("\"weight\":20");
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void aKeyThatWasLostIsWrittenAgainThoughItsLeaseWasNot() {
		Registration later = this.rig.registry.register(Instance.of("later", "10.0.0.5", 8888));
		Backup backup = Backup.of(this.rig.etcd);
		this.rig.run();
		backup.restore();
		this.rig.advanceSeconds(6);

		assertThat(this.rig.etcd.entry(key(later))).isNotNull();
		assertThat(later.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void aKeyOfManyThatWasLostIsWrittenAgainThoughNoWatchHasSeenARevisionOfLate() {
		register(20);
		this.rig.advanceSeconds(40);
		Backup backup = Backup.of(this.rig.etcd);
		Registration last = this.rig.registry.register(Instance.of("last", "10.0.0.5", 8888));
		this.rig.run();
		backup.restore();
		this.rig.advanceSeconds(32);

		assertThat(this.rig.etcd.entry(key(last))).isNotNull();
	}

	@Test
	void aClosedRegistrationDoesNotStayThereAgain() {
		Registration other = this.rig.registry.register(Instance.of("other", "10.0.0.5", 8888));
		this.rig.run();
		Backup backup = Backup.of(this.rig.etcd);
		RegistryRig.leave(other);
		this.rig.run();
		backup.restore();
		assertThat(this.rig.etcd.entry(key(other))).isNotNull();
		this.rig.advanceSeconds(6);
		assertThat(this.rig.entry()).isNotNull();
		this.rig.advance(RegistryRig.TTL);

		assertThat(this.rig.etcd.entry(key(other))).isNull();
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	/**
	 * It was exchanged for another one before the registry asked it for its keys (ADR 7),
	 * and kept only until etcd had granted that.
	 */
	@Test
	void theLeaseIsKeptAlsoWhereEtcdGrantsNoOther() {
		long lease = this.rig.lease();
		Backup backup = Backup.of(this.rig.etcd);
		this.registration.update((instance) -> instance.withWeight(20));
		this.rig.run();
		backup.restore();
		this.rig.etcd.full(true);
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(this.rig.entry().lease()).isEqualTo(lease);

		this.rig.etcd.full(false);
		this.rig.advanceSeconds(31);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease()).isEqualTo(lease);
		assertThat(this.rig.value()).contains("\"weight\":20");
	}

	@Test
	void aLeaseThatIsGrantedWhenNothingIsRegisteredAnyMoreIsNotRenewed() {
		leaveWhileAnotherLeaseIsAskedFor();
		this.rig.advanceSeconds(3);
		assertThat(this.rig.registry.lease()).isNull();
		this.rig.advance(RegistryRig.TTL.plusSeconds(1));
		assertThat(this.rig.etcd.leases()).isEmpty();
		this.rig.registered();
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	@Test
	void whoRegistersBeforeThatLeaseIsGrantedIsWrittenUnderIt() {
		leaveWhileAnotherLeaseIsAskedFor();
		this.rig.registered();
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.rig.etcd.calls(Call.GRANT)).isEqualTo(2);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	/**
	 * A lease that was restored is kept, so another one is asked for only where it is
	 * lost.
	 */
	private void leaveWhileAnotherLeaseIsAskedFor() {
		this.rig.etcd.delay(Call.GRANT, Duration.ofMillis(2500));
		this.rig.etcd.revoke(this.rig.lease());
		while (this.rig.etcd.calls(Call.GRANT) == 1) {
			this.rig.advance(Duration.ofMillis(100));
		}
		RegistryRig.leave(this.registration);
		this.rig.advance(Duration.ofMillis(100));
		assertThat(this.rig.registry.registrations()).isEmpty();
		assertThat(this.rig.registry.lease()).isNull();
	}

	@Test
	void aStoreThatWentBackIsNoReasonForAnotherLeaseHoweverManyKeysAreWatched() {
		register(20);
		this.rig.etcd.put("some/other", "so that the revision is well above that of an empty store");
		this.rig.etcd.resetCalls();
		Backup backup = Backup.of(this.rig.etcd);
		this.registration.update((instance) -> instance.withWeight(20));
		this.rig.run();
		backup.restore();
		this.rig.advance(Duration.ofMinutes(2));

		assertThat(this.rig.etcd.calls(Call.GRANT)).isZero();
		assertThat(this.rig.etcd.entries()).filteredOn((entry) -> entry.lease() == this.rig.lease()).hasSize(21);
	}

	@Test
	void aSuspendedRegistrationIsTakenOutAgain() {
		Backup backup = Backup.of(this.rig.etcd);
		this.registration.suspend();
		this.rig.run();
		backup.restore();
		assertThat(this.rig.entry()).isNotNull();
		this.rig.advanceSeconds(6);

		assertThat(this.rig.entry()).isNull();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.OUT);
	}

	@Test
	void aSuspendedRegistrationOfManyIsTakenOutAgain() {
		List<Registration> many = register(20);
		Registration last = many.get(19);
		Backup backup = Backup.of(this.rig.etcd);
		last.suspend();
		this.rig.run();
		backup.restore();
		assertThat(this.rig.etcd.entry(key(last))).isNotNull();
		this.rig.advanceSeconds(6);

		assertThat(this.rig.etcd.entry(key(last))).isNull();
	}

	@Test
	void everyKeyOfARegistrationIsWrittenAgainUnderOneLease() {
		RegistryRig two = new RegistryRig(
				RegistryOptions.defaults().withLayouts(Layout.kitex(), new Layout(InstanceCodec.kitex(), "second")));
		Backup backup = Backup.of(two.etcd);
		Registration both = two.registered();
		backup.restore();
		two.advanceSeconds(6);

		assertThat(both.keys()).hasSize(2).allSatisfy((key) -> {
			assertThat(key.state()).isEqualTo(RegistrationState.REGISTERED);
			assertThat(two.etcd.entry(key.key()).lease()).isEqualTo(two.lease());
		});
		assertThat(two.etcd.leases()).containsExactly(two.lease());
	}

	@Test
	void ofTwoThatHadReplacedEachOtherOneIsRegistered() {
		Backup backup = Backup.of(this.rig.etcd);
		Registration successor = this.rig.registry(RegistryOptions.defaults())
			.register(RegistryRig.ECHO.withWeight(20));
		this.rig.run();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.CONFLICT);
		backup.restore();
		this.rig.advanceSeconds(30);

		assertThat(List.of(this.registration.state(), successor.state()))
			.containsExactlyInAnyOrder(RegistrationState.REGISTERED, RegistrationState.CONFLICT);
		assertThat(this.rig.value())
			.contains("\"weight\":" + ((successor.state() == RegistrationState.REGISTERED) ? 20 : 10));
	}

	@Test
	void ourPredecessorsKeyThatIsThereAgainIsTakenOverAgain() {
		RegistryRig second = new RegistryRig();
		second.etcd.put(RegistryRig.KEY, "predecessor", second.etcd.grant(Duration.ofMinutes(5)));
		Backup backup = Backup.of(second.etcd);
		Registration again = second.registered();
		backup.restore();
		second.advanceSeconds(6);

		assertThat(again.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(second.entry().lease()).isEqualTo(second.lease());
		second.etcd.put(RegistryRig.KEY, "successor", second.etcd.grant(Duration.ofMinutes(5)));
		second.run();
		assertThat(again.state()).isEqualTo(RegistrationState.CONFLICT);
	}

	@Test
	void aKeyUnderAnEarlierLeaseOfOursIsMovedToThePresentOneThoughTheRevisionIsBeyondTheOldOne() {
		Backup backup = Backup.of(this.rig.etcd);
		this.rig.etcd.revoke(this.rig.lease());
		this.rig.advanceSeconds(1);
		long present = this.rig.lease();
		backup.restore();
		for (int i = 0; i < 10; i++) {
			this.rig.etcd.put("some/other", "so that nobody sees that the revision went back");
		}
		this.rig.advance(Duration.ofMillis(500));

		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease()).isNotEqualTo(present);
	}

	private List<Registration> register(int number) {
		List<Registration> many = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			many.add(this.rig.registry.register(Instance.of("echo", "10.0.1.1", 9000 + i)));
		}
		this.rig.run();
		return many;
	}

	private static String key(Registration registration) {
		return registration.keys().get(0).key();
	}

}
