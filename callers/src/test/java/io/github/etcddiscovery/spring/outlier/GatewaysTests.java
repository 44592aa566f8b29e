package io.github.etcddiscovery.spring.outlier;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.etcddiscovery.spring.outlier.Reports.Told;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/** The same for both Gateways, of which one tells less than the others. */
class GatewaysTests {

	private static final Map<String, Outcome> EXPECTED = Map.of("status200", Outcome.ANSWERED, "status404",
			Outcome.ALIVE, "status500", Outcome.ALIVE, "status503", Outcome.BAD_STATUS, "refused", Outcome.UNREACHABLE,
			"full", Outcome.UNREACHABLE, "silent", Outcome.READ_TIMED_OUT, "reset", Outcome.BROKEN, "closing",
			Outcome.BROKEN, "unresolved", Outcome.SAYS_NOTHING);

	private static final Map<WebApplicationType, ConfigurableApplicationContext> gateways = new HashMap<>();

	private static final HttpClient caller = HttpClient.newHttpClient();

	private static FaultyServices services;

	@BeforeAll
	static void start() {
		services = new FaultyServices();
		gateways.put(WebApplicationType.SERVLET,
				gateway(WebApplicationType.SERVLET, "spring.cloud.gateway.server.webmvc",
						"spring.cloud.gateway.server.webflux.enabled=false",
						"spring.http.clients.imperative.factory=jdk", "spring.http.clients.connect-timeout=200ms",
						"spring.http.clients.read-timeout=400ms"));
		gateways.put(WebApplicationType.REACTIVE,
				gateway(WebApplicationType.REACTIVE, "spring.cloud.gateway.server.webflux",
						"spring.main.web-application-type=reactive",
						"spring.cloud.gateway.server.webflux.httpclient.connect-timeout=200",
						"spring.cloud.gateway.server.webflux.httpclient.response-timeout=1500ms"));
	}

	private static ConfigurableApplicationContext gateway(WebApplicationType type, String routes,
			String... properties) {
		List<String> all = new ArrayList<>(
				List.of("etcd.discovery.enabled=false", "spring.cloud.loadbalancer.cache.enabled=false",
						"spring.main.banner-mode=off", "server.port=0", "server.address=127.0.0.1"));
		all.addAll(List.of(properties));
		all.addAll(services.properties());
		int position = 0;
		for (String service : services.names()) {
			String route = routes + ".routes[" + position++ + "].";
			all.addAll(List.of(route + "id=" + service, route + "uri=lb://" + service,
					route + "predicates[0]=Path=/" + service));
		}
		return new SpringApplicationBuilder(Application.class).web(type).properties(all.toArray(String[]::new)).run();
	}

	@AfterAll
	static void stop() throws Exception {
		gateways.values().forEach(ConfigurableApplicationContext::close);
		services.close();
	}

	static Stream<Arguments> calls() {
		return Stream.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)
			.flatMap((type) -> EXPECTED.keySet().stream().map((service) -> Arguments.of(type, service)));
	}

	@ParameterizedTest(name = "{0}: {1}")
	@MethodSource("calls")
	void whatACallHasComeToIsKnown(WebApplicationType type, String service) throws Exception {
		Reports reports = gateways.get(type).getBean(Reports.class);
		reports.forget();
		call(type, service);
		Told told = reports.next(Duration.ofSeconds(5));
		assertThat(told.outcome()).as(told.reported()).isEqualTo(EXPECTED.get(service));
	}

	/** One of them hides the instance that was chosen behind an object of its own. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
	void oneOfTwoThatRefusesIsMetOnce(WebApplicationType type) throws Exception {
		gateways.get(type).getBean(Outliers.class).giveBack(services.address("refused"));
		List<Integer> statuses = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			statuses.add(call(type, "pair"));
		}
		assertThat(statuses).filteredOn((status) -> status != 200).hasSize(1);
	}

	private static int call(WebApplicationType type, String service) throws Exception {
		int port = ((WebServerApplicationContext) gateways.get(type)).getWebServer().getPort();
		return caller
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + service)).build(),
					HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Detection.class)
	static class Application {

	}

}
