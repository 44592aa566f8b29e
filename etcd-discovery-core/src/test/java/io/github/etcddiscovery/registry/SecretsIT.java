package io.github.etcddiscovery.registry;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What nobody may read in a log, a message or a text, whatever happens: passwords and the
 * values of tags.
 */
class SecretsIT {

	private static final String PASSWORD = "canary-password";

	private static final String TAG = "canary-tag";

	private static final Instance INSTANCE = Instance.of("echo", "10.0.0.5", 8888).withTag("token", TAG);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withRootPassword(PASSWORD));

	@RegisterExtension
	final LoggedLines log = new LoggedLines("io.github.etcddiscovery");

	private final List<String> texts = new CopyOnWriteArrayList<>();

	@Test
	void neitherPasswordNorTagIsShownInGoodTimesAndBad() {
		AtomicReference<String> password = new AtomicReference<>(PASSWORD);
		EtcdClientSettings settings = EtcdClientSettings.of(etcd.endpoint())
			.withCredentials(() -> new Credentials("root", password.get()));
		try (EtcdClient client = EtcdClient.connect(settings);
				EtcdRegistry registry = EtcdRegistry.create(client,
						RegistryOptions.defaults().withTtl(Duration.ofSeconds(2)).withObserver(failures()));
				EtcdResolver resolver = EtcdResolver.create(client, ResolverOptions.defaults())) {
			Registration registration = registry.register(INSTANCE);
			registration.whenRegistered().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
			await().atMost(Duration.ofSeconds(20)).until(() -> resolver.instances("echo").equals(List.of(INSTANCE)));
			registration.update((instance) -> instance.withTag("token", TAG + "-2"));
			note(registration, registration.keys(), registration.instance(), resolver.snapshot("echo"));
			note(registry.lease(), settings, new Credentials("root", PASSWORD));
			etcd.cluster().kill();
			await().atMost(Duration.ofSeconds(10)).until(() -> registration.state() == RegistrationState.UNCERTAIN);
			password.set(PASSWORD + "-wrong");
			etcd.cluster().start();
			await().atMost(Duration.ofSeconds(20)).until(() -> registration.state() == RegistrationState.DENIED);
			note(registration, registration.keys(), failure(() -> client.probe(KeyRange.prefix(Bytes.EMPTY)).join()));
			note(failure(() -> registration
				.update((instance) -> Instance.of("other", "10.0.0.5", 8888).withTag("token", TAG))));
		}
		assertThat(this.log.all()).isNotEmpty().noneMatch((line) -> line.contains("canary"));
		assertThat(this.texts).hasSizeGreaterThan(8).noneMatch((text) -> text.contains("canary"));
	}

	private DiscoveryObserver failures() {
		return new DiscoveryObserver() {

			@Override
			public void registerAttempt(Duration took, Throwable failure) {
				note(String.valueOf(failure));
			}

			@Override
			public void renewal(Duration took, Throwable failure) {
				note(String.valueOf(failure));
			}

		};
	}

	private void note(Object... objects) {
		for (Object object : objects) {
			this.texts.add(String.valueOf(object));
		}
	}

	private static String failure(Runnable call) {
		try {
			call.run();
			return "no failure";
		}
		catch (RuntimeException ex) {
			StringWriter text = new StringWriter();
			ex.printStackTrace(new PrintWriter(text));
			return text.toString();
		}
	}

}
