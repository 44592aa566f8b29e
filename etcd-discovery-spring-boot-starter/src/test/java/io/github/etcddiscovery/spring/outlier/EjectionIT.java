package io.github.etcddiscovery.spring.outlier;

import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.HttpCaller;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.json.JsonParserFactory;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.cloud.client.loadbalancer.LoadBalancerRequest;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * An application that calls instances in a real registry, and what it shows of those it
 * has ejected.
 */
class EjectionIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static ConfigurableApplicationContext caller;

	@BeforeAll
	static void start() {
		for (int port = 1; port <= 3; port++) {
			TestApplication.put(etcd, "music_user", port, 10);
		}
		caller = TestApplication.with(etcd)
			.set("spring.application.name=caller", "etcd.discovery.registration.enabled=false",
					"etcd.discovery.resolver.aliases.music=music_user")
			.run();
		await(() -> chosen().equals(Set.of(1, 2, 3)));
	}

	@AfterAll
	static void stop() {
		caller.close();
	}

	@Test
	void anOperatorEjectsAnInstanceAndReturnsIt() {
		assertThat(post("{\"eject\":\"127.0.0.1:2\"}").statusCode()).isEqualTo(204);
		assertThat(chosen()).containsExactly(1, 3);
		assertThat(shownAsEjected()).singleElement()
			.satisfies((ejected) -> assertThat(ejected).containsEntry("address", "127.0.0.1:2")
				.containsEntry("cause", "by_hand")
				.containsKey("ejectedForMillis"));
		assertThat(post("{\"return\":\"127.0.0.1:2\"}").statusCode()).isEqualTo(204);
		assertThat(chosen()).containsExactly(1, 2, 3);
		assertThat(shownAsEjected()).isEmpty();
	}

	@Test
	void anInstanceOfAServiceThatNobodyHasCalledIsEjectedToo() {
		for (int port = 4; port <= 5; port++) {
			TestApplication.put(etcd, "other", port, 10);
		}
		DiscoveryClient client = caller.getBean(DiscoveryClient.class);
		await(() -> client.getServices().contains("other"));
		await(() -> post("{\"eject\":\"127.0.0.1:4\"}").statusCode() == 204);
		assertThat(chosen("other")).containsExactly(5);
		HttpResponse<String> last = post("{\"eject\":\"127.0.0.1:5\"}");
		assertThat(last.statusCode()).isEqualTo(409);
		assertThat(last.body()).contains("last instance");
	}

	@Test
	void aServiceThatIsAskedForHasItsGaugeBeforeAnybodyIsEjected() {
		TestApplication.put(etcd, "third", 6, 10);
		await(() -> chosen("third").equals(Set.of(6)));
		MeterRegistry meters = caller.getBean(MeterRegistry.class);
		await(() -> meters.find("etcd.discovery.ejected").tag("service", "third").gauge() != null);
		assertThat(meters.get("etcd.discovery.ejected").tag("service", "third").gauge().value()).isZero();
	}

	@Test
	void anAddressThatNobodyHasIsA400() {
		for (String body : List.of("{\"eject\":\"127.0.0.1:9\"}", "{\"return\":\"127.0.0.1\"}", "{\"eject\":7}")) {
			HttpResponse<String> answer = post(body);
			assertThat(answer.statusCode()).as(body).isEqualTo(400);
			assertThat(answer.body()).contains("host:port");
		}
	}

	@Test
	void aRefusedConnectionIsCountedByServiceAndCause() {
		MeterRegistry meters = caller.getBean(MeterRegistry.class);
		// Nobody listens at these ports.
		LoadBalancerRequest<Object> refused = (instance) -> {
			throw new ConnectException("Connection refused");
		};
		ServiceInstance first = caller.getBean(LoadBalancerClient.class).choose("music");
		assertThatException()
			.isThrownBy(() -> caller.getBean(LoadBalancerClient.class).execute("music", first, refused));
		assertThat(chosen()).hasSize(2).doesNotContain(first.getPort());
		await(() -> meters.find("etcd.discovery.ejections")
			.tags("service", "music", "cause", "connection")
			.counter() != null);
		assertThat(meters.get("etcd.discovery.ejected").tag("service", "music").gauge().value()).isEqualTo(1);
		post("{\"return\":\"127.0.0.1:" + first.getPort() + "\"}");
		await(() -> meters.get("etcd.discovery.ejected").tag("service", "music").gauge().value() == 0);
	}

	private static Set<Integer> chosen() {
		return chosen("music");
	}

	private static Set<Integer> chosen(String service) {
		LoadBalancerClient balancer = caller.getBean(LoadBalancerClient.class);
		return IntStream.range(0, 30)
			.mapToObj((i) -> balancer.choose(service))
			.map((instance) -> (instance != null) ? instance.getPort() : 0)
			.collect(Collectors.toSet());
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> shownAsEjected() {
		Map<String, Object> report = JsonParserFactory.getJsonParser().parseMap(HttpCaller.get(uri()).body());
		return ((List<Map<String, Object>>) report.get("services")).stream()
			.filter((service) -> service.get("service").equals("music_user"))
			.flatMap((service) -> ((List<Map<String, Object>>) service.get("ejected")).stream())
			.toList();
	}

	private static HttpResponse<String> post(String body) {
		return HttpCaller.post(uri(), body);
	}

	private static String uri() {
		return "http://127.0.0.1:" + TestApplication.port(caller) + "/actuator/etcddiscovery";
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

}
