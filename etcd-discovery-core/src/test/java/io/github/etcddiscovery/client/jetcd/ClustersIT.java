package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistrationState;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.test.EtcdCluster;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two clusters of etcd where one is expected. */
class ClustersIT {

	private static EtcdCluster first;

	private static EtcdCluster second;

	private final String service = "echo-" + UUID.randomUUID();

	private final KeyRange range = KeyRange.prefix(Bytes.utf8("kitex/registry-etcd/" + this.service + "/"));

	@RegisterExtension
	final LoggedLines log = new LoggedLines("io.github.etcddiscovery");

	private final List<AutoCloseable> open = new ArrayList<>();

	@BeforeAll
	static void start() {
		first = EtcdCluster.single();
		second = EtcdCluster.single();
		first.put("which", "first");
		second.put("which", "second");
	}

	@AfterAll
	static void stop() {
		first.close();
		second.close();
	}

	@AfterEach
	void close() throws Exception {
		for (int i = this.open.size(); i-- > 0;) {
			this.open.get(i).close();
		}
		first.start();
		second.start();
	}

	@Test
	void ofTwoClustersTheOneConfiguredFirstCountsAndOneErrorNamesThem() throws Exception {
		Registration registration = register(List.of(first.endpoint(), second.endpoint()));
		await().atMost(Duration.ofSeconds(10)).until(() -> keys(first).size() == 1);
		await().atMost(Duration.ofSeconds(10)).until(() -> registration.state() == RegistrationState.REGISTERED);
		await().atMost(Duration.ofSeconds(10)).until(() -> !this.log.at("ERROR").isEmpty());
		await().during(Duration.ofSeconds(3))
			.atMost(Duration.ofSeconds(10))
			.until(() -> registration.state() == RegistrationState.REGISTERED && keys(first).size() == 1);
		assertThat(this.log.at("ERROR")).singleElement().asString().contains(first.endpoint(), second.endpoint());
		assertThat(this.log.at("WARN")).as("what each loop says once, before the clusters are told apart")
			.hasSizeLessThanOrEqualTo(4);
	}

	@Test
	void theClusterWithMoreEndpointsCounts() throws Exception {
		try (Relay another = relay(0, second)) {
			EtcdClient client = client(List.of(first.endpoint(), second.endpoint(), "127.0.0.1:" + another.port()));
			assertThat(answeredBy(client)).isSameAs(second);
			for (int i = 0; i < 10; i++) {
				Await.value(client.probe(this.range));
			}
			assertThat(answeredBy(client)).isSameAs(second);
		}
	}

	@Tag("long")
	@Test
	void aClusterThatIsAnotherOneForGoodIsUsedWithoutARestart() throws Exception {
		Relay relay = relay(0, first);
		int port = relay.port();
		Registration registration = register(List.of("127.0.0.1:" + port));
		await().atMost(Duration.ofSeconds(10)).until(() -> registration.state() == RegistrationState.REGISTERED);
		relay.close();
		first.kill();
		this.open.add(relay(port, second));
		await().atMost(Duration.ofSeconds(20)).until(() -> keys(second).size() == 1);
		await().atMost(Duration.ofSeconds(10)).until(() -> registration.state() == RegistrationState.REGISTERED);
		assertThat(this.log.at("WARN")).filteredOn((line) -> line.contains("another cluster now")).hasSize(1);
	}

	@Tag("long")
	@Test
	void whereNothingOfTheFirstAnswersTheSecondCountsUntilTheFirstIsBack() throws Exception {
		EtcdClient client = client(List.of(first.endpoint(), second.endpoint()));
		assertThat(answeredBy(client)).isSameAs(first);
		first.kill();
		assertThat(answeredBy(client)).isSameAs(second);
		first.start();
		await().atMost(Duration.ofSeconds(40))
			.pollInterval(FixedPollInterval.fixed(Duration.ofSeconds(1)))
			.until(() -> answeredBy(client) == first);
	}

	/** Told apart by a key. */
	private static EtcdCluster answeredBy(EtcdClient client) {
		KeyRange which = KeyRange.prefix(Bytes.utf8("which"));
		return await().atMost(Duration.ofSeconds(20))
			.pollInterval(FixedPollInterval.fixed(Duration.ofMillis(200)))
			.ignoreExceptions()
			.until(() -> {
				List<Entry> entries = List.of();
				for (int i = 0; i < 6; i++) {
					entries = Lists.whole(client, which).get().entries();
				}
				return entries;
			}, (entries) -> entries.size() == 1)
			.get(0)
			.value()
			.equals(Bytes.utf8("first")) ? first : second;
	}

	private Registration register(List<String> endpoints) {
		EtcdRegistry registry = EtcdRegistry.create(client(endpoints),
				RegistryOptions.defaults().withTtl(Duration.ofSeconds(5)));
		this.open.add(registry);
		return registry.register(Instance.of(this.service, "10.0.0.5", 8888));
	}

	private EtcdClient client(List<String> endpoints) {
		EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(endpoints));
		this.open.add(client);
		return client;
	}

	private List<Entry> keys(EtcdCluster etcd) {
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()))) {
			return Await.value(Lists.whole(client, this.range)).entries();
		}
	}

	private static Relay relay(int port, EtcdCluster to) throws IOException {
		ServerSocket server = new ServerSocket();
		server.setReuseAddress(true);
		server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		return new Relay(server,
				new InetSocketAddress(InetAddress.getLoopbackAddress(), URI.create(to.endpoint()).getPort()));
	}

}
