package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How registrations leave a real etcd, and come back to it. */
class LeavingIT {

	/** What a loaded machine may take longer. */
	private static final Duration LOADED = Duration.ofSeconds(2);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final String service = "echo-" + UUID.randomUUID();

	private final List<String> transitions = new CopyOnWriteArrayList<>();

	private final List<Throwable> failures = new CopyOnWriteArrayList<>();

	/** What to do on the loop's thread when a registration is out. */
	private final CompletableFuture<Consumer<String>> whenOut = new CompletableFuture<>();

	private final DiscoveryObserver observer = new DiscoveryObserver() {

		@Override
		public void registerAttempt(Duration took, @Nullable Throwable failure) {
			if (failure != null) {
				LeavingIT.this.failures.add(failure);
			}
		}

		@Override
		public void registrationState(String service, String key, String from, String to) {
			LeavingIT.this.transitions.add(to);
			if (to.equals("OUT")) {
				LeavingIT.this.whenOut.thenAccept((action) -> action.accept(key));
			}
		}

	};

	private final EtcdClient client = EtcdClient
		.connect(EtcdClientSettings.of(etcd.endpoint()).withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(1)));

	private final List<EtcdRegistry> registries = new ArrayList<>();

	@AfterEach
	void close() {
		etcd.cluster().unfreeze();
		this.registries.forEach(EtcdRegistry::close);
		this.client.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void toCloseOnTheThreadOfTheLoopDoesNotHoldItUp(boolean whole) throws Exception {
		EtcdRegistry registry = registry(RegistryOptions.defaults());
		Registration one = registered(registry, 1);
		Registration other = registered(registry, 2);
		CompletableFuture<Duration> took = new CompletableFuture<>();
		CompletableFuture<String> thread = new CompletableFuture<>();
		this.whenOut.complete((key) -> {
			long begin = System.nanoTime();
			AutoCloseable closed = whole ? registry : other;
			try {
				closed.close();
				took.complete(Duration.ofNanos(System.nanoTime() - begin));
				thread.complete(Thread.currentThread().getName());
			}
			catch (Exception ex) {
				took.completeExceptionally(ex);
			}
		});
		etcd.cluster().freeze();
		one.suspend();

		assertThat(took.get(20, TimeUnit.SECONDS)).isLessThan(Duration.ofMillis(500));
		assertThat(thread.get()).isEqualTo("etcd-registry");
		etcd.cluster().unfreeze();
		within(Duration.ofSeconds(6), () -> !stands(1) && !stands(2));
	}

	@Test
	void aLeaseThatEndedWhileARegistrationWasOutCostsItNoPause() {
		EtcdRegistry registry = registry(RegistryOptions.defaults());
		Registration registration = registered(registry, 1);
		for (int i = 0; i < 5; i++) {
			registration.suspend();
			within(Duration.ofSeconds(1), () -> !stands(1));
			long lease = registry.lease().id();
			etcd.revoke(lease);
			registration.resume();
			within(Duration.ofSeconds(1), () -> registration.state() == RegistrationState.REGISTERED);
			assertThat(registry.lease().id()).isNotEqualTo(lease);
			assertThat(stands(1)).isTrue();
		}
		assertThat(this.transitions).doesNotContain("WAITING", "FAILED");
		assertThat(this.failures).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whereKeysStayOnCloseThoseOfHandlesThatWereClosedGo(boolean withoutAnswer) {
		EtcdRegistry registry = registry(RegistryOptions.defaults().withRemoveOnClose(false));
		registered(registry, 1);
		Registration leaving = registered(registry, 2);
		if (withoutAnswer) {
			etcd.cluster().freeze();
		}
		leaving.close();
		registry.close();
		this.client.close();
		etcd.cluster().unfreeze();

		within(Duration.ofSeconds(6), () -> !stands(2));
		assertThat(stands(1)).isTrue();
	}

	private EtcdRegistry registry(RegistryOptions options) {
		EtcdRegistry registry = EtcdRegistry.create(this.client, options.withObserver(this.observer));
		this.registries.add(registry);
		return registry;
	}

	private Registration registered(EtcdRegistry registry, int number) {
		Registration registration = registry.register(instance(number));
		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
		return registration;
	}

	private Instance instance(int number) {
		return Instance.of(this.service, "10.0.0." + number, 8888);
	}

	private boolean stands(int number) {
		return etcd.get("kitex/registry-etcd/" + this.service + "/" + instance(number).address()).isPresent();
	}

	private static void within(Duration duration, Callable<Boolean> condition) {
		await().atMost(duration.plus(LOADED)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

}
