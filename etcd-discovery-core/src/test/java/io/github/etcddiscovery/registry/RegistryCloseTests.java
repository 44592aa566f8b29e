package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The end of a whole registry.
 */
class RegistryCloseTests {

	/** Whoever closes waits for this long in real time. */
	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final RegistryRig rig = new RegistryRig(RegistryOptions.defaults(), TIMEOUT);

	@BeforeEach
	void register() {
		this.rig.registered();
	}

	@Test
	void closingTheRegistryRemovesAllKeysAndThenRevokesTheLease() {
		long lease = this.rig.lease();
		this.rig.closeRegistry();

		assertThat(this.rig.etcd.entries()).isEmpty();
		assertThat(this.rig.etcd.leases()).doesNotContain(lease);
		assertThat(this.rig.etcd.calls(Call.REVOKE)).isOne();
		assertThatIllegalStateException().isThrownBy(() -> this.rig.registry.register(RegistryRig.ECHO));
	}

	@Test
	void aRegistryThatShallNotRemoveLeavesKeyAndLeaseAlone() {
		RegistryRig staying = new RegistryRig(RegistryOptions.defaults().withRemoveOnClose(false));
		staying.registered();
		long lease = staying.lease();
		staying.closeRegistry();

		assertThat(staying.entry()).isNotNull();
		assertThat(staying.etcd.leases()).contains(lease);
		staying.advanceSeconds(16);
		assertThat(staying.entry()).as("gone with the lease").isNull();
	}

	@Test
	void whatItsOwnerHadClosedIsRemovedThoughTheRegistryShallNotRemove() {
		RegistryRig staying = new RegistryRig(RegistryOptions.defaults().withRemoveOnClose(false), TIMEOUT);
		Registration closed = staying.registered();
		Registration open = staying.registry.register(Instance.of("open", "10.0.0.6", 8888));
		staying.run();
		staying.etcd.down();
		RegistryRig.leave(closed);
		staying.run();
		staying.closeRegistry();
		staying.etcd.up();
		staying.advanceSeconds(6);

		assertThat(staying.entry()).isNull();
		assertThat(staying.etcd.entry(open.keys().get(0).key())).isNotNull();
	}

	@Test
	void closingOnTheThreadOfTheLoopStartsAndDoesNotWait() {
		List<Duration> took = new CopyOnWriteArrayList<>();
		AtomicReference<EtcdRegistry> closing = new AtomicReference<>();
		DiscoveryObserver observer = new DiscoveryObserver() {

			@Override
			public void registrationState(String service, String key, String from, String to) {
				if (to.equals("REGISTERED")) {
					long startedAt = System.nanoTime();
					closing.get().registrations().forEach(Registration::close);
					closing.get().close();
					took.add(Duration.ofNanos(System.nanoTime() - startedAt));
				}
			}

		};
		closing.set(new EtcdRegistry(
				new RegistryContext(this.rig.etcd.connect(), RegistryOptions.defaults().withObserver(observer),
						this.rig.scheduler.loop(), Workers.named("test-worker"), new Random(1))));
		Registration registration = closing.get().register(Instance.of("closing", "10.0.0.6", 8888));
		this.rig.run();

		assertThat(took).singleElement().satisfies((time) -> assertThat(time).isLessThan(Duration.ofMillis(900)));
		assertThat(registration.state()).isEqualTo(RegistrationState.CLOSED);
		assertThat(this.rig.etcd.entry(registration.keys().get(0).key())).isNull();
	}

	@Test
	void aRegistryThatIsClosedWhileEtcdIsAwayGoesOnInTheBackgroundAndEndsWithTheLease() {
		this.rig.etcd.down();
		this.rig.closeRegistry();
		assertThat(this.rig.etcd.lingering()).hasSize(1).noneMatch((work) -> work.toCompletableFuture().isDone());

		this.rig.etcd.up();
		this.rig.advanceSeconds(6);
		assertThat(this.rig.entry()).isNull();
		assertThat(this.rig.etcd.lingering()).allMatch((work) -> work.toCompletableFuture().isDone());
	}

	@Test
	void aRegistryThatIsClosedWhileEtcdStaysAwayEndsWithItsLease() {
		this.rig.etcd.down();
		this.rig.closeRegistry();
		this.rig.advance(RegistryRig.TTL);

		assertThat(this.rig.etcd.lingering()).allMatch((work) -> work.toCompletableFuture().isDone());
	}

	/** An etcd that comes back gives the lease its full time again. */
	@Test
	void theRemovalGoesOnForTheWholeTimeOfTheLeaseThoughItWasNotRenewedJustBefore() {
		this.rig.etcd.down();
		this.rig.advanceSeconds(4);
		this.rig.closeRegistry();
		this.rig.advance(RegistryRig.TTL.minusSeconds(1));
		assertThat(this.rig.etcd.lingering()).noneMatch((work) -> work.toCompletableFuture().isDone());
	}

	@Test
	void aRegistryWithoutRegistrationsClosesAtOnceAndAsksNothing() {
		RegistryRig unused = new RegistryRig();
		unused.closeRegistry();
		assertThat(unused.etcd.calls(Call.REVOKE)).isZero();
	}

	@Test
	void closingOneRegistrationWaitsForItsRemovalForTheRequestTimeoutAtMost() {
		Registration registration = this.rig.registry.registrations().get(0);
		this.rig.etcd.down();
		long startedAt = System.nanoTime();
		registration.close();
		Duration first = Duration.ofNanos(System.nanoTime() - startedAt);
		assertThat(first).isBetween(TIMEOUT, Duration.ofSeconds(20));
		assertThat(this.rig.entry()).isNotNull();

		this.rig.etcd.up();
		this.rig.advanceSeconds(6);
		assertThat(this.rig.entry()).as("goes on in the background").isNull();
		registration.close();
		registration.close();
	}

	@Test
	void aRegistrationThatWasClosedBeforeHasUsedUpItsPartOfTheWait() {
		Registration registration = this.rig.registry.registrations().get(0);
		this.rig.etcd.down();
		RegistryRig.leave(registration);
		this.rig.advance(TIMEOUT);
		long startedAt = System.nanoTime();
		this.rig.registry.close();
		assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(TIMEOUT);
	}

	@Test
	void closingTwiceAndFromSeveralThreadsIsClosingOnce() {
		List<CompletableFuture<Void>> closers = Stream
			.generate(() -> CompletableFuture.runAsync(this.rig.registry::close, OWN_THREADS))
			.limit(4)
			.toList();
		while (!closers.stream().allMatch(CompletableFuture::isDone)) {
			this.rig.run();
		}
		assertThat(closers).noneMatch(CompletableFuture::isCompletedExceptionally);
		assertThat(this.rig.etcd.calls(Call.REVOKE)).isOne();
		assertThat(this.rig.entry()).isNull();
	}

	@Test
	void noTimerAndNoStreamIsLeftInWhateverStateItIsClosed() {
		for (int i = 0; i < 60; i++) {
			RegistryRig each = new RegistryRig(RegistryOptions.defaults(), Duration.ofMillis(10));
			int before = each.scheduler.pending();
			each.registry.register(RegistryRig.ECHO);
			if (i % 3 == 1) {
				each.etcd.down();
			}
			if (i % 3 == 2) {
				each.etcd.full(true);
			}
			each.advance(Duration.ofMillis(i * 300L));
			RegistryRig.leave(each.registry.registrations().get(0));
			CompletableFuture.runAsync(each.registry::close, OWN_THREADS).orTimeout(10, TimeUnit.SECONDS).join();
			each.advance(Duration.ofMinutes(1));
			assertThat(each.scheduler.pending()).as("closed after " + i * 300 + " ms").isEqualTo(before);
			assertThat(each.etcd.streams()).isZero();
		}
	}

}
