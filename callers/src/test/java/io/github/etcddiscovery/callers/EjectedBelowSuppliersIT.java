package io.github.etcddiscovery.callers;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.outlier.Outliers;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.DefaultRequest;
import org.springframework.cloud.client.loadbalancer.DefaultRequestContext;
import org.springframework.cloud.client.loadbalancer.LoadBalancerRequest;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.RequestData;
import org.springframework.cloud.client.loadbalancer.RequestDataContext;
import org.springframework.cloud.client.loadbalancer.RetryableRequestContext;
import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClient;
import org.springframework.cloud.loadbalancer.blocking.client.BlockingLoadBalancerClient;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The ejected are left out of lists that come from etcd, below suppliers of Spring Cloud
 * that go by zones, cookies, hints and earlier attempts: each works as before with those
 * who are left.
 */
@Tag("long")
class EjectedBelowSuppliersIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	/** What each service's instances say of themselves; ports end in 1, 2 and 3. */
	private static final Map<String, List<String>> TAGS = Map.of("zones",
			List.of("{\"zone\":\"a\"}", "{\"zone\":\"a\"}", "{\"zone\":\"b\"}"), "hints",
			List.of("{\"hint\":\"green\"}", "{\"hint\":\"green\"}", "{\"hint\":\"blue\"}"), "sticky",
			List.of("null", "null", "null"), "retries", List.of("null", "null", "null"));

	private static final Map<String, Integer> PORTS = Map.of("zones", 10, "sticky", 20, "hints", 30, "retries", 40);

	/**
	 * Without reactive clients; and with them, and with Spring Cloud's cache of lists.
	 */
	private static final List<ConfigurableApplicationContext> CALLERS = new ArrayList<>();

	private static final Set<Thread> EARLIER = probing();

	@BeforeAll
	static void start() {
		TAGS.forEach((service, tags) -> {
			for (int i = 0; i < 3; i++) {
				Applications.put(etcd, service, PORTS.get(service) + i + 1, tags.get(i));
			}
		});
		for (String more : List.of("spring.cloud.discovery.reactive.enabled=false",
				"etcd.discovery.loadbalancer.disable-cache=false")) {
			CALLERS.add(Applications.servlet(etcd, Hints.class, more,
					"spring.cloud.loadbalancer.clients.zones.configurations=zone-preference",
					"spring.cloud.loadbalancer.zone=a",
					"spring.cloud.loadbalancer.clients.sticky.configurations=request-based-sticky-session"));
		}
	}

	@AfterAll
	static void stop() {
		CALLERS.forEach(ConfigurableApplicationContext::close);
	}

	@ParameterizedTest
	@CsvSource({ "zones, 11 12, 11, 12", "zones, 11 12, 11 12, 13", "sticky, 22, 22, 21 23", "sticky, 22, 21, 22",
			"hints, 31 32, 31, 32", "hints, 31 32, 31 32, 33", "retries, 42 43, 42, 43", "retries, 42 43, 42 43, 41" })
	void eachWorksOnWithThoseWhoAreLeft(String service, String before, String ejected, String after) {
		List<String> addresses = Stream.of(ejected.split(" ")).map("127.0.0.1:"::concat).toList();
		for (ConfigurableApplicationContext caller : CALLERS) {
			await(() -> chosen(caller, service), before);
			addresses.forEach(caller.getBean(Outliers.class)::eject);
			await(() -> chosen(caller, service), after);
			addresses.forEach(caller.getBean(Outliers.class)::giveBack);
			await(() -> chosen(caller, service), before);
		}
	}

	@Test
	void oneThreadOfEachCallerProbesWhoIsEjectedAndWhoIsHeldBack() throws Exception {
		List<ServerSocket> sockets = new ArrayList<>();
		try {
			for (String service : List.of("refusing", "refusing", "lost", "lost", "lost")) {
				sockets.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
				Applications.put(etcd, service, sockets.get(sockets.size() - 1).getLocalPort(), "null");
			}
			for (ConfigurableApplicationContext caller : CALLERS) {
				await(() -> instances(caller, "refusing").size() + instances(caller, "lost").size(), 5);
			}
			etcd.etcdctl("del", "--prefix", "kitex/registry-etcd/lost/");
			int port = sockets.get(0).getLocalPort();
			sockets.get(0).close();
			for (ConfigurableApplicationContext caller : CALLERS) {
				refuse(caller, port);
				await(caller.getBean(EtcdResolver.class)::heldBack, Map.of("lost", 3));
				assertThat(caller.getBean(Outliers.class).ejected()).containsOnlyKeys("refusing");
			}
			sockets.add(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()));
			for (ConfigurableApplicationContext caller : CALLERS) {
				await(caller.getBean(Outliers.class)::ejected, Map.of());
			}
			Set<Thread> threads = probing();
			threads.removeAll(EARLIER);
			assertThat(threads).hasSameSizeAs(CALLERS);
		}
		finally {
			for (ServerSocket socket : sockets) {
				socket.close();
			}
		}
	}

	private static void refuse(ConfigurableApplicationContext caller, int port) {
		LoadBalancerRequest<Object> refused = (instance) -> {
			throw new ConnectException("Connection refused");
		};
		BlockingLoadBalancerClient balancer = caller.getBean(BlockingLoadBalancerClient.class);
		ServiceInstance chosen = Stream.generate(() -> balancer.choose("refusing"))
			.filter((instance) -> instance.getPort() == port)
			.findFirst()
			.orElseThrow();
		assertThatException().isThrownBy(() -> balancer.execute("refusing", chosen, refused));
	}

	private static Set<Thread> probing() {
		Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
		threads.removeIf((thread) -> !thread.getName().contains("probe"));
		return threads;
	}

	private static List<ServiceInstance> instances(ConfigurableApplicationContext caller, String service) {
		return caller.getBean(DiscoveryClient.class).getInstances(service);
	}

	/** Returns the ports of all that are chosen, in order. */
	private static String chosen(ConfigurableApplicationContext caller, String service) {
		BlockingLoadBalancerClient balancer = caller.getBean(BlockingLoadBalancerClient.class);
		Request<?> request = request(caller, service);
		return IntStream.range(0, 30)
			.mapToObj((i) -> balancer.choose(service, request))
			.map((instance) -> (instance != null) ? String.valueOf(instance.getPort()) : "nobody")
			.collect(Collectors.collectingAndThen(Collectors.toCollection(TreeSet::new),
					(ports) -> String.join(" ", ports)));
	}

	private static Request<?> request(ConfigurableApplicationContext caller, String service) {
		return switch (service) {
			case "sticky" -> {
				MultiValueMap<String, String> cookies = new LinkedMultiValueMap<>();
				cookies.add("sc-lb-instance-id", "sticky:127.0.0.1:22");
				yield new DefaultRequest<>(new RequestDataContext(new RequestData(HttpMethod.GET,
						URI.create("http://sticky/"), new HttpHeaders(), cookies, Map.of())));
			}
			case "hints" -> new DefaultRequest<>(new DefaultRequestContext(null, "green"));
			case "retries" -> new DefaultRequest<>(new RetryableRequestContext(instances(caller, service).stream()
				.filter((instance) -> instance.getPort() == 41)
				.findFirst()
				.orElse(null)));
			default -> new DefaultRequest<>();
		};
	}

	private static <T> void await(Callable<T> what, T expected) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.pollInterval(Duration.ofMillis(20))
			.untilAsserted(() -> assertThat(what.call()).isEqualTo(expected));
	}

	@Configuration(proxyBeanMethods = false)
	@LoadBalancerClient(name = "hints", configuration = HintsOfAService.class)
	static class Hints {

	}

	static class HintsOfAService {

		@Bean
		ServiceInstanceListSupplier suppliers(ConfigurableApplicationContext context) {
			return ServiceInstanceListSupplier.builder().withBlockingDiscoveryClient().withHints().build(context);
		}

	}

}
