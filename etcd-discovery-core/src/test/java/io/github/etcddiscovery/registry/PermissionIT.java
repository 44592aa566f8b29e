package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.test.EtcdAuth;
import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.github.etcddiscovery.test.binaries.EtcdVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A user who may write some keys and not others, on a real etcd. Whether etcd also
 * refuses to renew a lease with a forbidden key depends on its version (3.4.42, 3.5.28
 * and 3.6.9 do); what the permitted keys may rely on does not.
 */
class PermissionIT {

	private static final Duration TTL = Duration.ofSeconds(2);

	private static final Instance INSTANCE = Instance.of("echo", "10.0.0.5", 8888);

	private static final RetryOptions RETRY = new RetryOptions(5, Duration.ofMillis(100), Duration.ofMillis(500),
			Duration.ofSeconds(1), false);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withRootPassword("root-s3cret"));

	private final EtcdAuth auth = etcd.cluster().auth();

	private final String name = "app-" + UUID.randomUUID();

	private final Layout first = new Layout(InstanceCodec.kitex(), this.name + "-first");

	private final Layout second = new Layout(InstanceCodec.kitex(), this.name + "-second");

	private EtcdClient client;

	private EtcdRegistry registry;

	private Registration registration;

	@BeforeEach
	void createUser() {
		this.auth.addRole(this.name);
		grant(this.first);
		this.auth.addUser(this.name, "app-s3cret", this.name);
		this.client = EtcdClient.connect(
				EtcdClientSettings.of(etcd.endpoint()).withCredentials(() -> new Credentials(this.name, "app-s3cret")));
		this.registry = EtcdRegistry.create(this.client,
				RegistryOptions.defaults().withTtl(TTL).withRetry(RETRY).withLayouts(this.first, this.second));
	}

	@AfterEach
	void close() {
		this.registry.close();
		this.client.close();
	}

	@Test
	void aLayoutThatIsForbiddenFromTheStartIsDeniedUntilItIsPermittedAndTheOtherRegistered() {
		register();
		awaitStates(RegistrationState.REGISTERED, RegistrationState.DENIED);
		assertThat(this.registration.state()).isEqualTo(RegistrationState.DENIED);
		assertThat(this.registration.keys().get(1).problem()).contains("permission")
			.contains(this.second.key(INSTANCE).toString());
		assertThat(this.registration.whenRegistered().toCompletableFuture()).isNotDone();

		grant(this.second);
		awaitStates(RegistrationState.REGISTERED, RegistrationState.REGISTERED);
		assertThat(this.registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
	}

	@Test
	void aLayoutThatIsForbiddenLaterTakesNoOtherWithIt() {
		grant(this.second);
		register();
		awaitStates(RegistrationState.REGISTERED, RegistrationState.REGISTERED);

		this.auth.revokePrefix(this.name, this.second.prefix());
		await().during(TTL.multipliedBy(2))
			.atMost(TTL.multipliedBy(3))
			.pollInterval(Duration.ofMillis(50))
			.until(() -> value(this.first).isPresent()
					&& this.registration.keys().get(0).state() == RegistrationState.REGISTERED);
		if (renewalsAreRefused()) {
			awaitStates(RegistrationState.REGISTERED, RegistrationState.DENIED);
			assertThat(value(this.second)).as("gone with the old lease").isEmpty();
		}
	}

	private static boolean renewalsAreRefused() {
		EtcdVersion version = etcd.cluster().binaries().version();
		return version.patch() >= switch (version.minor()) {
			case 4 -> 42;
			case 5 -> 28;
			case 6 -> 9;
			default -> 0;
		};
	}

	@Test
	void anUpdateReachesThePermittedKeyThoughTheOtherIsForbidden() {
		grant(this.second);
		register();
		awaitStates(RegistrationState.REGISTERED, RegistrationState.REGISTERED);
		this.auth.revokePrefix(this.name, this.second.prefix());
		this.registration.update((instance) -> instance.withWeight(77));

		await().atMost(Duration.ofSeconds(8)).until(() -> value(this.first).orElse("").contains("\"weight\":77"));
		assertThat(value(this.second).orElse("absent")).doesNotContain("77");
		assertThat(this.registration.keys().get(0).state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void leavingRemovesThePermittedKeyAtOnceAndTheForbiddenOneGoesWithItsLease() {
		grant(this.second);
		register();
		awaitStates(RegistrationState.REGISTERED, RegistrationState.REGISTERED);
		this.auth.revokePrefix(this.name, this.second.prefix());
		this.registry.close();
		this.client.close();

		assertThat(value(this.first)).isEmpty();
		await().atMost(TTL.multipliedBy(2).plusSeconds(1)).until(() -> value(this.second).isEmpty());
	}

	@Test
	void anOwnKeyThatMayNotBeReadIsDenied() {
		this.auth.revokePrefix(this.name, this.first.prefix());
		this.auth.grantPrefix(this.name, Access.WRITE, this.first.prefix());
		register();
		awaitStates(RegistrationState.DENIED, RegistrationState.DENIED);
		assertThat(value(this.first)).as("nothing is written blindly").isEmpty();
	}

	private void grant(Layout layout) {
		this.auth.grantPrefix(this.name, Access.READWRITE, layout.prefix());
	}

	private void register() {
		this.registration = this.registry.register(INSTANCE);
	}

	private void awaitStates(RegistrationState... states) {
		await().atMost(Duration.ofSeconds(6))
			.untilAsserted(
					() -> assertThat(this.registration.keys()).extracting(KeyStatus::state).containsExactly(states));
	}

	private Optional<String> value(Layout layout) {
		return etcd.get(layout.key(INSTANCE).toString());
	}

}
