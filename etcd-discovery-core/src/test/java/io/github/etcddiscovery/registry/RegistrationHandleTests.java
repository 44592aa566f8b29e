package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.loop.Workers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a caller gets back for an instance.
 */
class RegistrationHandleTests {

	private final RegistryRig rig = new RegistryRig();

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
		RegistryRig.leave(registration);
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
	void whatCouldNotBeginIsInNobodysWay() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.rig.registry.register(RegistryRig.ECHO, new AbstractList<>() {

				@Override
				public String get(int index) {
					throw new IllegalStateException("as a test has it");
				}

				@Override
				public int size() {
					return 1;
				}

			}));
		assertThat(this.rig.registry.registrations()).isEmpty();
		assertThat(this.rig.registered().state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void whatHasAReasonToBeOutFromTheFirstIsWrittenWhenThatHasGone() {
		Registration registration = this.rig.registry.register(RegistryRig.ECHO, List.of("status"));
		this.rig.run();
		assertThat(this.rig.transitions).containsExactly("OUT");
		assertThat(this.rig.etcd.entries()).isEmpty();

		registration.resume("status");
		this.rig.run();
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void aReasonToBeOutCountsForTheHandleThatThereIs() {
		Registration first = this.rig.registered();
		assertThat(this.rig.registry.register(RegistryRig.ECHO, List.of("status"))).isSameAs(first);
		this.rig.run();
		assertThat(this.rig.entry()).isNull();
	}

	@Test
	void aReasonToBeOutCountsForTheSuccessorOfOneThatIsLeaving() {
		RegistryRig.leave(this.rig.registered());
		Registration next = this.rig.registry.register(RegistryRig.ECHO, List.of("status"));
		this.rig.run();
		assertThat(next.state()).isEqualTo(RegistrationState.OUT);
		assertThat(this.rig.entry()).isNull();
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
	void anObserverTellsKeysApartThatDifferWhereMessagesCutThem() {
		String service = "s".repeat(250);
		Registration one = this.rig.registry.register(Instance.of(service, "10.0.0.5", 1));
		Registration other = this.rig.registry.register(Instance.of(service, "10.0.0.5", 2));
		this.rig.run();
		assertThat(one.keys().get(0).key()).isEqualTo(other.keys().get(0).key());
		assertThat(this.rig.observedKeys).containsExactlyInAnyOrder("kitex/registry-etcd/" + service + "/10.0.0.5:1",
				"kitex/registry-etcd/" + service + "/10.0.0.5:2");
	}

	@Test
	void closingOnAThreadOfOursStartsAndDoesNotWait() {
		Registration registration = this.rig.registry.register(RegistryRig.ECHO);
		CompletableFuture<Duration> took = registration.whenRegistered().thenApply((self) -> {
			long startedAt = System.nanoTime();
			self.close();
			this.rig.registry.close();
			return Duration.ofNanos(System.nanoTime() - startedAt);
		}).toCompletableFuture();
		this.rig.run();
		assertThat(took).succeedsWithin(Duration.ofSeconds(10))
			.satisfies((duration) -> assertThat(duration).isLessThan(Duration.ofMillis(2900)));

		this.rig.run();
		assertThat(this.rig.entry()).isNull();
	}

	@Test
	void whatDependsOnAStageNeverRunsOnTheLoop() {
		Registration registration = this.rig.registry.register(RegistryRig.ECHO);
		CompletableFuture<String> thread = registration.whenRegistered()
			.thenApply((self) -> Thread.currentThread().getName())
			.toCompletableFuture();
		this.rig.run();
		assertThat(thread).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("test-worker");
	}

	@Test
	void theStageCannotBeEndedByACaller() {
		Registration registration = this.rig.registry.register(RegistryRig.ECHO);
		registration.whenRegistered().toCompletableFuture().completeExceptionally(new IllegalStateException("mine"));
		this.rig.run();
		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
	}

	@Test
	void suspendingIsAReasonOfItsOwnBesideOthers() {
		Registration registration = this.rig.registered();
		registration.suspend();
		registration.suspend("readiness");
		registration.suspend();
		this.rig.run();
		assertThat(registration.keys().get(0).problem()).contains(", ").contains("readiness");
		registration.resume("readiness");
		registration.resume("never given");
		this.rig.run();
		assertThat(registration.keys().get(0).problem()).isNotBlank().doesNotContain("readiness");
		assertThat(registration.state()).isEqualTo(RegistrationState.OUT);

		registration.resume();
		this.rig.run();
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void afterItsEndAHandleIsSilentAndTheNextOneIsAnother() {
		Registration first = this.rig.registered();
		RegistryRig.leave(first);
		this.rig.run();
		first.suspend();
		first.resume();
		first.close();
		assertThat(first.state()).isEqualTo(RegistrationState.CLOSED);
		assertThat(this.rig.registered()).isNotSameAs(first);
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void theTextNamesInstanceAndStateAndNoTag() {
		Registration registration = this.rig.registry.register(RegistryRig.ECHO.withTag("token", "canary-secret"));
		assertThat(registration.toString()).contains("echo", "10.0.0.5:8888", "REGISTERING").doesNotContain("canary");
	}

}
