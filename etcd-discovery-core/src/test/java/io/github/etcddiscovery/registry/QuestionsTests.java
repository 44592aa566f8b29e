package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Own keys are watched from when they stand, and where they are not, questions stand in
 * for the watches.
 */
class QuestionsTests {

	private final RegistryRig rig = new RegistryRig();

	@Test
	void aWatchIsOpenedAfterTheAnswerOfThePut() {
		this.rig.etcd.delay(Call.COMMIT, Duration.ofSeconds(1));
		Registration registration = this.rig.registered();
		this.rig.advance(Duration.ofMillis(900));
		assertThat(this.rig.entry()).isNotNull();
		assertThat(this.rig.etcd.calls(Call.WATCH)).isZero();
		this.rig.advance(Duration.ofMillis(100));

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.calls(Call.WATCH)).isEqualTo(1);
	}

	@Test
	void aWatchIsNotWaitedFor() {
		this.rig.etcd.watchFaults().limitStreams(0);
		Registration registration = this.rig.registered();

		assertThat(this.rig.etcd.watches()).isEqualTo(1);
		assertThat(this.rig.etcd.calls(Call.WATCH)).isZero();
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void whereThereIsNoRoomForAStreamTheListIsAskedForAsOftenAsAWatchIsTried() {
		this.rig.etcd.watchFaults().limitStreams(0);
		Registration registration = this.rig.registered();
		this.rig.advanceSeconds(30);
		this.rig.etcd.resetCalls();
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(this.rig.etcd.calls(Call.LEASE_KEYS)).as("a watch is given 3 s and tried again 0.8 s later at most")
			.isBetween(31, 44);

		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(3.8);
		assertThat(this.rig.entry()).isNotNull();
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	/** As a proxy does that gives no stream more time. */
	@Test
	void howeverOftenWatchesWereEndedALossIsSeenWithinASecond() {
		this.rig.registered();
		for (int i = 0; i < 40; i++) {
			this.rig.advanceSeconds(25);
			this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
			this.rig.etcd.delete(RegistryRig.KEY);
			this.rig.advanceSeconds(1);
			assertThat(this.rig.entry()).as("after end " + i).isNotNull();
		}
	}

	@Test
	void aLossBeforeTheWatchIsSeenThoughAnEarlierReadIsAnsweredAfterIt() {
		this.rig.etcd.watchFaults().limitStreams(0);
		this.rig.etcd.withhold(Call.COMMIT, 1);
		this.rig.etcd.delay(Call.READ, Duration.ofMillis(100));
		Registration registration = this.rig.registered();
		this.rig.advanceSeconds(3);
		while (this.rig.etcd.calls(Call.READ) == 0) {
			this.rig.advance(Duration.ofMillis(10));
		}
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.etcd.watchFaults().limitStreams(1);
		this.rig.advanceSeconds(1);

		assertThat(this.rig.etcd.calls(Call.WATCH)).isOne();
		assertThat(this.rig.entry()).isNotNull();
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void aLossBeforeANewWatchIsSeenThoughAnEarlierReadIsAnsweredAfterIt() {
		this.rig.registered();
		this.rig.advanceSeconds(29.95);
		this.rig.etcd.delay(Call.READ, Duration.ofSeconds(2));
		this.rig.advanceSeconds(0.1);
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(4);
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void whereWatchesAreRefusedTheListIsAskedForOncePerObserveDelay() {
		this.rig.etcd.refuse(Kind.PERMISSION_DENIED, Call.WATCH);
		Registration registration = this.rig.registered();
		this.rig.etcd.resetCalls();
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(this.rig.etcd.calls(Call.LEASE_KEYS)).isEqualTo(10);
		assertThat(this.rig.etcd.calls(Call.WATCH)).isEqualTo(10);

		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(31);
		assertThat(this.rig.entry()).isNotNull();
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	/** As one is that is larger than the client takes. */
	@Test
	void aListThatEtcdDoesNotGiveForAnotherReasonIsOneWarningToo() {
		this.rig.registered();
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getPackageName())) {
			this.rig.etcd.refuse(Kind.REFUSED, Call.LEASE_KEYS);
			this.rig.advance(Duration.ofMinutes(5));
			assertThat(lines.at("WARN")).singleElement().asString().contains("keys of the lease cannot be listed");
		}
	}

	@Test
	void aListThatIsNotAnsweredIsNoWarningOfItsOwn() {
		this.rig.registered();
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getPackageName())) {
			this.rig.etcd.refuse(Kind.UNAVAILABLE, Call.LEASE_KEYS);
			this.rig.advance(Duration.ofMinutes(5));
			this.rig.etcd.refuse(Kind.OVERLOADED, Call.LEASE_KEYS);
			this.rig.advance(Duration.ofMinutes(5));
			assertThat(lines.at("WARN")).isEmpty();
		}
	}

	@Test
	void aListThatIsRefusedIsOneWarningUntilItIsAnsweredAndOwnKeysAreReadAllTheSame() {
		Registration registration = this.rig.registered();
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getPackageName())) {
			this.rig.etcd.refuse(Kind.PERMISSION_DENIED, Call.LEASE_KEYS);
			this.rig.advance(Duration.ofMinutes(5));
			assertThat(this.rig.etcd.calls(Call.LEASE_KEYS)).isEqualTo(10);
			assertThat(lines.at("WARN")).singleElement().asString().contains("keys of the lease cannot be listed");
			this.rig.etcd.allow(Call.LEASE_KEYS);
			this.rig.advance(Duration.ofMinutes(1));
			this.rig.etcd.refuse(Kind.PERMISSION_DENIED, Call.LEASE_KEYS);
			this.rig.advance(Duration.ofMinutes(5));
			assertThat(lines.at("WARN")).hasSize(2);
		}
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.watchFaults().noticeSilenceAfter(Duration.ofDays(1));
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.advanceSeconds(31);
		assertThat(this.rig.entry()).isNotNull();
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

}
