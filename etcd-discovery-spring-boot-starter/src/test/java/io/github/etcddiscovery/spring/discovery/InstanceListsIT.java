package io.github.etcddiscovery.spring.discovery;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.ServiceInstance;

import static org.assertj.core.api.Assertions.assertThat;

/** Readers that are slow: they hold a snapshot while newer ones come and go. */
class InstanceListsIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	private final EtcdResolver resolver = EtcdResolver.create(this.client, ResolverOptions.defaults());

	private final InstanceLists lists = new InstanceLists(this.resolver, Map.of());

	@BeforeEach
	void empty() {
		etcd.etcdctl("del", "--prefix", "kitex/");
		this.resolver.services();
	}

	@AfterEach
	void close() {
		this.resolver.close();
		this.client.close();
	}

	@Test
	void anOlderSnapshotNeverTakesThePlaceOfANewerOne() {
		TestApplication.put(etcd, "echo", 1, 10);
		await(1);
		ServiceSnapshot old = this.resolver.snapshot("echo");
		TestApplication.put(etcd, "echo", 2, 10);
		await(2);
		List<ServiceInstance> newest = this.lists.instances("echo");
		assertThat(this.lists.map("echo", old)).isSameAs(newest);
		assertThat(this.lists.instances("echo")).isSameAs(newest);
	}

	@Test
	void aSnapshotOfWhatIsGoneDoesNotBringItBack() {
		TestApplication.put(etcd, "echo", 1, 10);
		await(1);
		ServiceSnapshot old = this.resolver.snapshot("echo");
		etcd.delete(TestApplication.key("echo", 1));
		await(0);
		assertThat(this.lists.map("echo", old)).isEmpty();
		assertThat(this.lists.instances("echo")).isEmpty();
	}

	@Test
	void aSnapshotFromBeforeDoesNotTakeAwayWhatHasCome() {
		ServiceSnapshot old = this.resolver.snapshot("echo");
		TestApplication.put(etcd, "echo", 1, 10);
		await(1);
		List<ServiceInstance> newest = this.lists.instances("echo");
		assertThat(this.lists.map("echo", old)).isSameAs(newest);
		assertThat(this.lists.instances("echo")).isSameAs(newest);
	}

	private void await(int instances) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.resolver.snapshot("echo").instances().size() == instances);
		assertThat(this.lists.instances("echo")).hasSize(instances);
	}

}
