package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.retry.RetryOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The rows of REGISTERING, WAITING, FAILED and DENIED.
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
		assertThat(this.rig.etcd.calls(Call.LIST)).isGreaterThan(60 / (3 + 5));
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
	void withStopWhenExhaustedItGivesUpAfterSoManyAttemptsUntilItIsResumed() {
		RetryOptions retry = new RetryOptions(3, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(30),
				true);
		RegistryRig stopping = new RegistryRig(RegistryOptions.defaults().withRetry(retry));
		stopping.etcd.down();
		Registration registration = stopping.registered();
		stopping.advance(Duration.ofMinutes(1));
		stopping.etcd.up();
		stopping.advance(Duration.ofMinutes(1));

		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);
		assertThat(registration.whenRegistered().toCompletableFuture()).failsWithin(Duration.ofSeconds(5));

		registration.resume();
		stopping.run();
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void anUpdateEndsHavingGivenUpToo() {
		RetryOptions retry = new RetryOptions(1, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(30),
				true);
		RegistryRig stopping = new RegistryRig(RegistryOptions.defaults().withRetry(retry));
		stopping.etcd.down();
		Registration registration = stopping.registered();
		stopping.advanceSeconds(4);
		stopping.etcd.up();

		registration.update((instance) -> instance.withWeight(3));
		stopping.run();

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(stopping.value()).contains("\"weight\":3");
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
	void whenRegisteredIsDoneAtTheFirstRegistered() {
		Registration registration = this.rig.registry.register(RegistryRig.ECHO);
		assertThat(registration.whenRegistered().toCompletableFuture()).isNotDone();
		this.rig.run();

		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(5, TimeUnit.SECONDS)
			.isSameAs(registration);
	}

	@Test
	void whenRegisteredFailsWhenTheRegistrationIsClosedBefore() {
		this.rig.etcd.down();
		Registration registration = this.rig.registered();
		((RegistrationHandle) registration).startClose(true);
		this.rig.run();

		assertThatThrownBy(
				() -> registration.whenRegistered().toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join())
			.isInstanceOf(CompletionException.class)
			.cause()
			.isInstanceOfSatisfying(EtcdDiscoveryException.class,
					(failure) -> assertThat(failure.kind()).isEqualTo(Kind.CLOSED));
	}

	@Test
	void theSameKeyAgainIsTheSameHandleUpdated() {
		Registration first = this.rig.registered();
		Registration second = this.rig.registry.register(RegistryRig.ECHO.withWeight(77));
		this.rig.run();

		assertThat(second).isSameAs(first);
		assertThat(this.rig.value()).contains("\"weight\":77");
		assertThat(this.rig.registry.registrations()).containsExactly(first);
	}

	@Test
	void twoLayoutsThatAreTheSameAreAnError() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> RegistryOptions.defaults().withLayouts(Layout.kitex(), Layout.of(InstanceCodec.kitex())))
			.withMessageContaining("no two the same");
	}

	@Test
	void twoLayoutsThatGiveTheSameKeyAreAnError() {
		Layout outer = new Layout(InstanceCodec.kitex(), "a");
		RegistryRig twice = new RegistryRig(
				RegistryOptions.defaults().withLayouts(outer, new Layout(new RenamedCodec("other"), "a")));

		assertThatIllegalArgumentException().isThrownBy(() -> twice.registry.register(RegistryRig.ECHO))
			.withMessageContaining("same key");
	}

	@Test
	void whenRegisteredFailsAsSoonAsOneLayoutIsGivenUp() {
		RetryOptions retry = new RetryOptions(1, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(30),
				true);
		this.rig.etcd.forbid(KeyRange.prefix(Bytes.utf8("forbidden/")));
		EtcdRegistry both = this.rig.registry(RegistryOptions.defaults()
			.withRetry(retry)
			.withLayouts(Layout.kitex(), new Layout(InstanceCodec.kitex(), "forbidden")));
		this.rig.etcd.withhold(Call.COMMIT, 1);
		Registration registration = both.register(RegistryRig.ECHO);
		this.rig.advanceSeconds(4);

		assertThat(registration.keys()).extracting(KeyStatus::state)
			.containsExactly(RegistrationState.FAILED, RegistrationState.DENIED);
		assertThat(registration.whenRegistered().toCompletableFuture()).failsWithin(Duration.ofSeconds(5));
	}

	@Test
	void anObserverThatThrowsDoesNoHarm() {
		DiscoveryObserver throwing = new DiscoveryObserver() {

			@Override
			public void registerAttempt(Duration took, Throwable failure) {
				throw new IllegalStateException("on purpose");
			}

			@Override
			public void renewal(Duration took, Throwable failure) {
				throw new IllegalStateException("on purpose");
			}

			@Override
			public void registrationState(String service, String key, String from, String to) {
				throw new IllegalStateException("on purpose");
			}

		};
		EtcdRegistry observed = new EtcdRegistry(
				new RegistryContext(this.rig.etcd.connect(), RegistryOptions.defaults().withObserver(throwing),
						this.rig.scheduler.loop(), Workers.named("test-worker"), new Random(1)));
		Registration registration = observed.register(RegistryRig.ECHO);
		this.rig.advance(Duration.ofMinutes(2));

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void aPutThatWasRefusedHasNeverStood() {
		this.rig.etcd.forbid(KeyRange.prefix(Bytes.utf8("kitex/")));
		Registration registration = this.rig.registered();

		assertThat(registration.outFor()).isEqualTo(ChronoUnit.FOREVER.getDuration());
	}

	@Test
	void havingGivenUpAnUpdateStartsAllAttemptsAnew() {
		RetryOptions retry = new RetryOptions(3, Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(30),
				true);
		RegistryRig stopping = new RegistryRig(RegistryOptions.defaults().withRetry(retry));
		stopping.etcd.down();
		Registration registration = stopping.registered();
		stopping.advance(Duration.ofMinutes(1));
		assertThat(registration.state()).isEqualTo(RegistrationState.FAILED);

		registration.update((instance) -> instance.withWeight(3));
		stopping.advanceSeconds(3);
		assertThat(registration.state()).isEqualTo(RegistrationState.WAITING);
		assertThat(registration.keys().get(0).attempts()).isOne();
	}

	@Test
	void aNameThatTheFormatCannotCarryIsAnErrorAndChangesNothing() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.rig.registry.register(Instance.of("a/b", "10.0.0.5", 1)))
			.withMessageContaining("a/b");
		this.rig.run();
		assertThat(this.rig.etcd.entries()).isEmpty();
	}

	@Test
	void aRefusedLayoutTakesNoOtherWithIt() {
		Layout refused = new Layout(InstanceCodec.kitex(), "forbidden");
		this.rig.etcd.forbid(KeyRange.prefix(Bytes.utf8("forbidden/")));
		EtcdRegistry both = this.rig.registry(RegistryOptions.defaults().withLayouts(Layout.kitex(), refused));

		Registration registration = both.register(RegistryRig.ECHO);
		this.rig.run();

		assertThat(registration.keys()).extracting(KeyStatus::state)
			.containsExactly(RegistrationState.REGISTERED, RegistrationState.DENIED);
		assertThat(registration.state()).isEqualTo(RegistrationState.DENIED);
		assertThat(registration.whenRegistered().toCompletableFuture()).isNotDone();
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

}
