package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What must not befall a client befalls it, for lack of memory say: a call throws, or its
 * answer is lost in this process. No operation of the registry is under way for ever.
 */
class FaultyClientTests {

	/** Twice the request timeout, and the backoff after it. */
	private static final Duration NO_ANSWER = Duration.ofSeconds(7);

	private final RegistryRig rig = new RegistryRig();

	private final FaultyClient faulty = new FaultyClient(this.rig.etcd.connect());

	private final EtcdRegistry registry = this.rig.registry(this.faulty.client());

	@ParameterizedTest
	@ValueSource(strings = { "grant", "commit" })
	void aRegistrationGoesOnThoughAnAnswerIsLost(String method) {
		this.faulty.loseNext(method, 1);
		Registration registration = this.registry.register(RegistryRig.ECHO);
		this.rig.advance(NO_ANSWER);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "grant", "commit", "watches", "watch" })
	void aRegistrationGoesOnThoughACallThrows(String method) {
		this.faulty.throwNext(method, 1);
		Registration registration = this.registry.register(RegistryRig.ECHO);
		this.rig.advanceSeconds(31);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	/** Whatever is to be done later, or repeated, one of its timers cannot be had. */
	@ParameterizedTest
	@ValueSource(strings = { "schedule", "scheduleWithFixedDelay", "execute" })
	void aRegistrationComesToStandWhicheverTimerCannotBeHad(String method) {
		int calls = 1;
		while (!comesToStand(method, calls)) {
			calls++;
		}
		assertThat(calls).as("calls that were made to throw, one in each life").isGreaterThan(5);
	}

	/** Returns whether there were fewer calls than that. */
	private static boolean comesToStand(String method, int calls) {
		RegistryRig rig = new RegistryRig();
		FaultyClient faulty = new FaultyClient(rig.etcd.connect());
		EtcdRegistry registry = rig.registry(faulty);
		faulty.throwAfter(method, calls);
		rig.etcd.refuseNext(Kind.UNAVAILABLE, Call.GRANT, 1);
		rig.etcd.refuseNext(Kind.PERMISSION_DENIED, Call.COMMIT, 1);
		Registration registration = registry.register(RegistryRig.ECHO);
		rig.advanceSeconds(91);
		assertThat(rig.entry()).as("after call " + calls + " threw").isNotNull();
		long lease = registry.lease().id();
		rig.etcd.down();
		rig.advanceSeconds(30);
		rig.etcd.up();
		rig.advanceSeconds(61);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(rig.entry().lease()).as("lease after call " + calls + " threw").isEqualTo(lease);
		return faulty.hasYetToThrow(method);
	}

	@Test
	void aKeyIsReadAgainThoughTheAnswerOfItsReadIsLost() {
		this.faulty.loseNext("read", 1);
		unknownKeyIsRegisteredAfter(NO_ANSWER);
	}

	@Test
	void aKeyIsReadAgainThoughItsReadThrows() {
		this.faulty.throwNext("read", 1);
		unknownKeyIsRegisteredAfter(Duration.ofSeconds(1));
	}

	private void unknownKeyIsRegisteredAfter(Duration time) {
		this.rig.etcd.withhold(Call.COMMIT, 1);
		Registration registration = this.registry.register(RegistryRig.ECHO);
		this.rig.advanceSeconds(3.5);
		this.rig.advance(time);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void aLeaseIsRenewedAgainThoughAnAnswerIsLost() {
		this.registry.register(RegistryRig.ECHO);
		this.rig.run();
		long lease = this.registry.lease().id();
		this.faulty.loseNext("renew", 1);
		this.rig.advanceSeconds(60);
		assertThat(this.registry.lease().id()).isEqualTo(lease);
		assertThat(this.rig.entry().lease()).isEqualTo(lease);
	}

	@Test
	void aLeaseIsRenewedAgainThoughARenewalThrows() {
		this.registry.register(RegistryRig.ECHO);
		this.rig.run();
		long lease = this.registry.lease().id();
		this.faulty.throwNext("renew", 1);
		this.rig.advanceSeconds(60);
		assertThat(this.rig.entry().lease()).isEqualTo(lease);
	}

	@Test
	void lostAnswersOfWritesTakeNobodysPlace() {
		this.faulty.loseNext("commit", 64);
		List<Registration> many = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			many.add(this.registry.register(Instance.of("echo", "10.0.1.1", 9000 + i)));
		}
		this.rig.advance(NO_ANSWER);
		assertThat(many).allMatch((one) -> one.state() == RegistrationState.REGISTERED);
	}

	@Test
	void aWatchIsOpenedAgainThoughOpeningItThrew() {
		this.registry.register(RegistryRig.ECHO);
		this.rig.advanceSeconds(1);
		this.faulty.throwNext("watch", 1);
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advanceSeconds(31);
		this.rig.etcd.delete(RegistryRig.KEY);
		this.rig.run();
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void aRegistryEndsThoughItsWatchesCannotBeClosed() {
		Registration registration = this.registry.register(RegistryRig.ECHO);
		this.rig.run();
		RegistryRig.leave(registration);
		this.rig.run();
		this.faulty.throwNext("close", 1);
		this.rig.close(this.registry);
		assertThat(this.rig.etcd.lingering()).hasSize(1).allMatch((work) -> work.toCompletableFuture().isDone());
	}

}
