package io.github.etcddiscovery.spring.migration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.RegistrationState;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.ConfigurableApplicationContext;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A fleet moves from one wire format to another without a flag day: every application is
 * replaced by a newly configured one at its own time, under load, and no request fails.
 * These are the steps of docs/coming-from.md.
 */
class MigrationIT {

	private static final int FLEET = 2;

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	private final List<Caller> callers = new ArrayList<>();

	private List<ConfigurableApplicationContext> fleet = List.of();

	@AfterEach
	void stop() {
		this.callers.forEach(Caller::close);
		this.fleet.forEach(ConfigurableApplicationContext::close);
		this.client.close();
	}

	@Test
	void aFleetMovesFromKitexToAnotherFormatWithoutAFailedRequest() {
		movesWithoutAFailedRequest("kitex", "kitex/registry-etcd/echo/", "kratos", "/microservices/echo/");
	}

	@Tag("long")
	@Test
	void aFleetMovesFromGoKitToAnotherFormatWithoutAFailedRequest() {
		movesWithoutAFailedRequest("go-kit", "/services/echo/", "kitex", "kitex/registry-etcd/echo/");
	}

	private void movesWithoutAFailedRequest(String old, String oldKeys, String next, String nextKeys) {
		replaceFleet(old);
		Caller caller = caller(old);
		Caller lateCaller = caller(old);
		Sightings oldReader = new Sightings(this.client, oldKeys);
		List<RuntimeException> failures = new ArrayList<>();
		try (oldReader) {
			caller = replace(caller, failures, old, next);
			replaceFleet(old, next);
			callOn(caller, lateCaller);
			try (Sightings nextReader = new Sightings(this.client, nextKeys)) {
				assertThat(nextReader.now()).isEqualTo(FLEET);
				caller = replace(caller, failures, next);
				lateCaller = replace(lateCaller, failures, next);
				assertThat(oldReader.fewest()).as("never unseen while somebody looks there").isEqualTo(FLEET);
				replaceFleet(next);
				callOn(caller, lateCaller);
				assertThat(nextReader.fewest()).isEqualTo(FLEET);
			}
			assertThat(oldReader.now()).as("nothing is left in the old format").isZero();
		}
		end(caller, failures);
		end(lateCaller, failures);
		assertThat(failures).isEmpty();
	}

	/** Starts the new ones, and when they are registered, stops the old ones. */
	private void replaceFleet(String... formats) {
		List<ConfigurableApplicationContext> old = this.fleet;
		this.fleet = IntStream.range(0, FLEET)
			.mapToObj((i) -> layouts(TestApplication.with(etcd), formats)
				.set("etcd.discovery.registration.drain-delay=2s")
				.run())
			.toList();
		Awaitility.await()
			.atMost(Duration.ofSeconds(15))
			.until(() -> this.fleet.stream().allMatch(MigrationIT::registered));
		CompletableFuture
			.allOf(old.stream()
				.map((context) -> CompletableFuture.runAsync(context::close, OWN_THREADS))
				.toArray(CompletableFuture[]::new))
			.join();
	}

	private static boolean registered(ConfigurableApplicationContext context) {
		return context.getBean(EtcdRegistry.class)
			.registrations()
			.stream()
			.anyMatch((registration) -> registration.state() == RegistrationState.REGISTERED);
	}

	private Caller replace(Caller caller, List<RuntimeException> failures, String... formats) {
		Caller replacement = caller(formats);
		replacement.callsOn();
		end(caller, failures);
		return replacement;
	}

	private static void callOn(Caller... callers) {
		Stream.of(callers).forEach(Caller::callsOn);
	}

	private static void end(Caller caller, List<RuntimeException> failures) {
		caller.close();
		failures.addAll(caller.failures());
	}

	private Caller caller(String... formats) {
		Caller caller = new Caller(layouts(TestApplication.with(etcd).clientOnly(), formats));
		this.callers.add(caller);
		return caller;
	}

	private static TestApplication layouts(TestApplication application, String... formats) {
		for (int i = 0; i < formats.length; i++) {
			application.set("etcd.discovery.layouts[" + i + "].format=" + formats[i]);
		}
		return application;
	}

}
