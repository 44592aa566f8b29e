package io.github.etcddiscovery.spring;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.spring.actuate.DiscoveryReport.KeyReport;
import io.github.etcddiscovery.spring.actuate.EtcdDiscoveryEndpoint;
import io.github.etcddiscovery.spring.actuate.EtcdHealthIndicator;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** One application in several wire formats at once, on a real etcd. */
class LayoutsIT {

	private static final List<String> FORMATS = List.of("kitex", "hertz", "grpc", "go-kit", "plain", "go-zero",
			"kratos");

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@AfterEach
	void empty() {
		etcd.etcdctl("del", "--from-key", "");
	}

	@Test
	void anApplicationIsRegisteredInEveryFormatUnderOneLeaseAndFoundOnce() {
		ConfigurableApplicationContext context = application(FORMATS).run();
		try (context) {
			int port = TestApplication.port(context);
			awaitStates(context, List.of("REGISTERED", "REGISTERED", "REGISTERED", "REGISTERED", "REGISTERED",
					"REGISTERED", "REGISTERED"));
			String address = "127.0.0.1:" + port;
			String struct = "{\"network\":\"tcp\",\"address\":\"" + address + "\",\"weight\":10,\"tags\":null}";
			assertThat(keys(context)).extracting(KeyReport::format).isEqualTo(FORMATS);
			Map<String, String> expected = Map.of("kitex/registry-etcd/echo/" + address, struct,
					"hertz/registry-etcd/echo/" + address, struct, "echo/" + address,
					"{\"Op\":0,\"Addr\":\"" + address + "\",\"Metadata\":null}", "/services/echo/" + address,
					"http://" + address, "service/echo/echo:" + address, address);
			expected.forEach((key, value) -> assertThat(etcd.get(key)).as(key).contains(value));
			assertThat(etcd.etcdctl("lease", "timetolive", "--keys", lease(context)))
				.contains(keys(context).stream().map(KeyReport::key).toList());
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> find(context, "echo").size() == 1);
			assertThat(find(context, "echo")).extracting(ServiceInstance::getPort).containsExactly(port);
		}
		assertThat(etcd.etcdctl("get", "--from-key", "", "--keys-only")).isBlank();
	}

	@Test
	void eachKeyHasAStateOfItsOwnAndTheWorstIsShownForAll() {
		try (ConfigurableApplicationContext context = application(List.of("plain", "kitex", "go-kit")).run()) {
			awaitStates(context, List.of("REGISTERED", "REGISTERED", "REGISTERED"));
			String key = TestApplication.key(context);
			long lease = etcd.grant(Duration.ofSeconds(60));
			etcd.put(key, etcd.get(key).orElseThrow(), lease);
			awaitStates(context, List.of("REGISTERED", "CONFLICT", "REGISTERED"));
			assertThat(report(context).registrations().get(0).state()).isEqualTo("CONFLICT");
			assertThat(keys(context).get(1).problem()).contains("another process");
			assertThat(context.getBean(EtcdHealthIndicator.class).health().getDetails()).containsEntry("registration",
					"CONFLICT");
			etcd.revoke(lease);
			awaitStates(context, List.of("REGISTERED", "REGISTERED", "REGISTERED"));
		}
	}

	@Test
	void whatIsDiscoveredIsMergedByServiceAndTheFirstLayoutWins() {
		etcd.put("kitex/registry-etcd/music/10.0.0.1:8888",
				"{\"network\":\"tcp\",\"address\":\"10.0.0.1:8888\",\"weight\":10,\"tags\":{\"from\":\"kitex\"}}");
		etcd.put("/music/10.0.0.2:8888",
				"{\"network\":\"tcp\",\"address\":\"10.0.0.2:8888\",\"weight\":0,\"tags\":{\"from\":\"kitex 0.2.4\"}}");
		etcd.put("music/10.0.0.1:8888", "{\"Op\":0,\"Addr\":\"10.0.0.1:8888\",\"Metadata\":{\"from\":\"grpc\"}}");
		etcd.put("music/10.0.0.3:8888", "{\"Op\":0,\"Addr\":\"10.0.0.3:8888\",\"Metadata\":{\"from\":\"grpc\"}}");
		etcd.put("/services/music/", "http://10.0.0.4:8888");
		etcd.put("service/music/svr1", "10.0.0.5:8888");
		etcd.put("service/music-box/svr1", "10.0.0.9:8888");
		TestApplication client = TestApplication.with(etcd).clientOnly();
		layouts(client, List.of("kitex", "kitex", "grpc", "go-kit", "plain"));
		try (ConfigurableApplicationContext context = client.set("etcd.discovery.layouts[1].prefix=").run()) {
			assertThat(find(context, "music")).extracting(ServiceInstance::getHost)
				.containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5");
			assertThat(find(context, "music")).extracting((instance) -> instance.getMetadata().get("from"))
				.containsExactly("kitex", "kitex 0.2.4", "grpc", null, null);
			assertThat(find(context, "music"))
				.allMatch((instance) -> "10".equals(instance.getMetadata().get("weight")));
			assertThat(context.getBean(DiscoveryClient.class).getServices()).containsExactly("music", "music-box");
		}
	}

	@Test
	void aFormatWithoutAPrefixIsFollowedByServiceWhileTheOthersAreFollowedAsAWhole() {
		etcd.put("hello/10.0.0.1:9000", "{\"Op\":0,\"Addr\":\"10.0.0.1:9000\",\"Metadata\":null}");
		etcd.put("hello.more/10.0.0.2:9000", "{\"Op\":0,\"Addr\":\"10.0.0.2:9000\",\"Metadata\":null}");
		etcd.put("/services/world/10.0.0.3:9000", "http://10.0.0.3:9000");
		TestApplication client = TestApplication.with(etcd).clientOnly();
		layouts(client, List.of("grpc", "go-kit"));
		try (ConfigurableApplicationContext context = client.run()) {
			assertThat(context.getBean(DiscoveryClient.class).getServices()).containsExactly("world");
			assertThat(find(context, "hello")).extracting(ServiceInstance::getHost).containsExactly("10.0.0.1");
			assertThat(find(context, "world")).extracting(ServiceInstance::getHost).containsExactly("10.0.0.3");
			assertThat(context.getBean(DiscoveryClient.class).getServices()).containsExactly("hello", "world");
		}
	}

	private static TestApplication application(List<String> formats) {
		return layouts(TestApplication.with(etcd), formats);
	}

	private static TestApplication layouts(TestApplication application, List<String> formats) {
		IntStream.range(0, formats.size())
			.forEach((i) -> application.set("etcd.discovery.layouts[" + i + "].format=" + formats.get(i)));
		return application;
	}

	private static List<ServiceInstance> find(ConfigurableApplicationContext context, String service) {
		return context.getBean(DiscoveryClient.class).getInstances(service);
	}

	private static io.github.etcddiscovery.spring.actuate.DiscoveryReport report(
			ConfigurableApplicationContext context) {
		return context.getBean(EtcdDiscoveryEndpoint.class).report();
	}

	private static List<KeyReport> keys(ConfigurableApplicationContext context) {
		return report(context).registrations().get(0).keys();
	}

	private static void awaitStates(ConfigurableApplicationContext context, List<String> states) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(15))
			.untilAsserted(() -> assertThat(keys(context)).extracting(KeyReport::state).isEqualTo(states));
	}

	private static String lease(ConfigurableApplicationContext context) {
		return Long.toHexString(context.getBean(EtcdRegistry.class).lease().id());
	}

}
