package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.UUID;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.github.etcddiscovery.test.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An etcd that goes on without us, because the network between us fails.
 */
class RegistryNetworkIT {

	private static final Duration TTL = Duration.ofSeconds(2);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	private final TcpProxy proxy = etcd.cluster().proxy();

	private final Instance instance = Instance.of("echo-" + UUID.randomUUID(), "10.0.0.5", 8888);

	private final String key = String.valueOf(Layout.kitex().key(this.instance).strictUtf8());

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	private final EtcdRegistry registry = EtcdRegistry.create(this.client, RegistryOptions.defaults().withTtl(TTL));

	private final Registration registration = this.registry.register(this.instance);

	@BeforeEach
	void register() {
		assertThat(this.registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
	}

	@AfterEach
	void close() {
		this.proxy.heal();
		this.registry.close();
		this.client.close();
	}

	@Test
	void aLeaseThatEndedBehindACutIsReplacedWithinSixSecondsOfItsHealing() {
		backAfter(this.proxy::cut);
	}

	@Test
	void aLeaseThatEndedBehindAStallIsReplacedWithinSixSecondsOfItsHealing() {
		backAfter(this.proxy::stall);
	}

	@Test
	void renewalsThatArriveKeepTheKeyThoughNoAnswerComesBack() {
		long lease = this.registry.lease().id();
		long revision = etcd.revision();
		this.proxy.drop(TcpProxy.Direction.TO_CLIENT);
		await().atMost(Duration.ofSeconds(20)).until(() -> this.registration.state() == RegistrationState.UNCERTAIN);
		assertThat(stands()).isTrue();
		this.proxy.heal();
		await().atMost(Duration.ofSeconds(6)).until(() -> this.registration.state() == RegistrationState.REGISTERED);
		assertThat(this.registry.lease().id()).isEqualTo(lease);
		assertThat(etcd.revision()).as("nothing was written").isEqualTo(revision);
	}

	@Test
	void aBreakWithinTheTtlCostsNothing() {
		long lease = this.registry.lease().id();
		long revision = etcd.revision();
		for (int i = 0; i < 5; i++) {
			this.proxy.disconnect();
			await().pollDelay(Duration.ofMillis(300)).until(() -> true);
		}
		await().during(TTL)
			.atMost(TTL.plusSeconds(5))
			.until(() -> this.registration.state() == RegistrationState.REGISTERED);
		assertThat(this.registry.lease().id()).isEqualTo(lease);
		assertThat(etcd.revision()).as("nothing was written").isEqualTo(revision);
	}

	@Test
	void aKeyThatIsDeletedBehindAStallIsBackSoonAfterItsHealing() {
		this.proxy.stall(TcpProxy.Direction.TO_CLIENT);
		etcd.delete(this.key);
		this.proxy.heal();
		await().atMost(Duration.ofSeconds(6)).pollInterval(Duration.ofMillis(10)).until(this::stands);
	}

	private void backAfter(Runnable fault) {
		long lease = this.registry.lease().id();
		fault.run();
		await().atMost(TTL.plusSeconds(5)).until(() -> !stands());
		await().atMost(Duration.ofSeconds(20)).until(() -> this.registration.state() == RegistrationState.UNCERTAIN);
		this.proxy.heal();
		await().atMost(Duration.ofSeconds(6)).pollInterval(Duration.ofMillis(50)).until(this::stands);
		await().atMost(Duration.ofSeconds(6)).until(() -> this.registration.state() == RegistrationState.REGISTERED);
		assertThat(this.registry.lease().id()).isNotEqualTo(lease);
	}

	private boolean stands() {
		return etcd.get(this.key).isPresent();
	}

}
