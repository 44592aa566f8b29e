package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.RegistryOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class EtcdRegistrationTests {

	private @Nullable EtcdClient client;

	@AfterEach
	void close() {
		if (this.client != null) {
			this.client.close();
		}
	}

	@Test
	void anAddressThatIsNotKnownYetIsSaidToBeSo() {
		EtcdRegistration registration = new EtcdRegistration("echo");
		assertThat(registration.getPort()).isZero();
		assertThat(registration.getMetadata()).isEmpty();
		assertThat(registration.getInstanceId()).isNull();
		assertThat(registration).asString().contains("echo");
		assertThatIllegalStateException().isThrownBy(registration::getHost).withMessageContaining("echo");
	}

	@Test
	void whatOthersChangeThroughCoresHandleStays() {
		try (EtcdRegistry registry = unreachable()) {
			EtcdRegistration registration = registered(registry);
			registry.registrations().get(0).update((current) -> current.withWeight(30));
			assertThat(registration.instance().weight()).isEqualTo(30);
			registration.update((current) -> current.withTag("version", "2"));
			assertThat(registry.registrations().get(0).instance()).isEqualTo(registration.instance());
			assertThat(registration.instance().weight()).isEqualTo(30);
			assertThat(registration.getMetadata()).containsEntry("weight", "30").containsEntry("version", "2");
			registry.registrations().get(0).update((current) -> current.withWeight(40));
			new EtcdServiceRegistry(registry).deregister(registration);
			assertThat(registration.instance().weight()).isEqualTo(40);
		}
	}

	@Test
	void aChangeThatTakesLongHoldsUpNobodyElse() throws Exception {
		CountDownLatch began = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		try (EtcdRegistry registry = unreachable()) {
			EtcdRegistration registration = registered(registry);
			CompletableFuture<Void> update = CompletableFuture.runAsync(() -> registration.update((current) -> {
				began.countDown();
				await(release);
				return current.withWeight(20);
			}), OWN_THREADS);
			assertThat(began.await(5, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<Void> others = CompletableFuture.runAsync(() -> {
				registration.suspend("readiness");
				registration.resume("readiness");
				registration.update((current) -> current.withTag("version", "2"));
			}, OWN_THREADS);
			assertThat(others).succeedsWithin(Duration.ofSeconds(5));
			release.countDown();
			assertThat(update).succeedsWithin(Duration.ofSeconds(5));
			assertThat(registration.instance().weight()).isEqualTo(20);
			assertThat(registration.instance().tags()).containsEntry("version", "2");
		}
		finally {
			release.countDown();
		}
	}

	@Test
	void aChangeBeforeTheRegistrationIsWhatIsRegistered() {
		try (EtcdRegistry registry = unreachable()) {
			EtcdRegistration registration = new EtcdRegistration(Instance.of("echo", "10.0.0.5", 8888));
			registration.update((current) -> current.withWeight(20));
			new EtcdServiceRegistry(registry).register(registration);
			assertThat(registry.registrations().get(0).instance().weight()).isEqualTo(20);
		}
	}

	private static EtcdRegistration registered(EtcdRegistry registry) {
		EtcdRegistration registration = new EtcdRegistration(Instance.of("echo", "10.0.0.5", 8888));
		new EtcdServiceRegistry(registry).register(registration);
		return registration;
	}

	/** What is registered is kept in memory until etcd is there. */
	private EtcdRegistry unreachable() {
		EtcdClientSettings nowhere = EtcdClientSettings.of("http://127.0.0.1:1")
			.withTimeouts(Duration.ofMillis(100), Duration.ofMillis(100));
		this.client = EtcdClient.connect(nowhere);
		return EtcdRegistry.create(this.client, RegistryOptions.defaults());
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
