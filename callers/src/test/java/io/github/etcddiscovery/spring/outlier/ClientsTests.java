package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.github.etcddiscovery.spring.outlier.Reports.Told;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.loadbalancer.reactive.ReactorLoadBalancerExchangeFilterFunction;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each client of Spring Cloud reports of a call that fails in each way, and what is
 * made of it. All exceptions are real ones, of calls over the loopback.
 */
class ClientsTests {

	private static final Map<String, Outcome> EXPECTED = new TreeMap<>(
			Map.ofEntries(Map.entry("status200", Outcome.ANSWERED), Map.entry("status404", Outcome.ALIVE),
					Map.entry("status500", Outcome.ALIVE), Map.entry("status502", Outcome.BAD_STATUS),
					Map.entry("status503", Outcome.BAD_STATUS), Map.entry("status504", Outcome.BAD_STATUS),
					Map.entry("refused", Outcome.UNREACHABLE), Map.entry("full", Outcome.UNREACHABLE),
					Map.entry("silent", Outcome.READ_TIMED_OUT), Map.entry("reset", Outcome.BROKEN),
					Map.entry("closing", Outcome.BROKEN), Map.entry("unresolved", Outcome.SAYS_NOTHING)));

	private static FaultyServices services;

	private static ConfigurableApplicationContext context;

	private static Clients clients;

	private static Reports reports;

	@BeforeAll
	static void start() {
		services = new FaultyServices();
		context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("etcd.discovery.enabled=false", "spring.cloud.loadbalancer.cache.enabled=false",
					"spring.main.banner-mode=off", "spring.cloud.loadbalancer.retry.enabled=false",
					"spring.cloud.gateway.server.webflux.enabled=false")
			.properties(services.properties().toArray(String[]::new))
			.run();
		clients = new Clients(context, 1, Duration.ofMillis(400));
		reports = context.getBean(Reports.class);
	}

	@AfterAll
	static void stop() throws Exception {
		context.close();
		services.close();
	}

	@BeforeEach
	void forget() {
		reports.forget();
	}

	static Stream<Arguments> calls() {
		return Stream.of("Apache", "Feign", "JDK", "Jetty", "Reactor", "Simple", "WebClient")
			.flatMap((client) -> EXPECTED.keySet().stream().map((service) -> Arguments.of(client, service)));
	}

	@ParameterizedTest(name = "{0}: {1}")
	@MethodSource("calls")
	void whatACallHasComeToIsKnown(String client, String service) throws InterruptedException {
		call(client, service);
		Told told = reports.next(Duration.ofSeconds(5));
		assertThat(told.outcome()).as(told.reported()).isEqualTo(EXPECTED.get(service));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Apache", "Feign", "JDK", "Jetty", "Reactor", "Simple", "WebClient" })
	void oneOfTwoThatRefusesIsMetOnce(String client) throws InterruptedException {
		context.getBean(Outliers.class).giveBack(services.address("refused"));
		List<@Nullable Outcome> outcomes = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			call(client, "pair");
			outcomes.add(reports.next(Duration.ofSeconds(5)).outcome());
		}
		assertThat(outcomes).containsOnlyOnce(Outcome.UNREACHABLE).containsOnly(Outcome.UNREACHABLE, Outcome.ANSWERED);
	}

	/** The second of two calls at the same time finds no connection left. */
	@ParameterizedTest
	@ValueSource(strings = { "Apache", "Reactor", "WebClient" })
	void aPoolThatIsEmptySaysNothingOfTheInstance(String client) throws Exception {
		ExecutorService other = Executors.newSingleThreadExecutor();
		Future<?> first = other.submit(() -> call(client, "silent"));
		reports.awaitBegin();
		call(client, "silent");
		Told second = reports.next(Duration.ofSeconds(5));
		assertThat(second.outcome()).as(second.reported()).isEqualTo(Outcome.SAYS_NOTHING);
		first.get();
		other.shutdown();
	}

	@ParameterizedTest
	@ValueSource(strings = { "JDK", "Jetty", "Reactor" })
	void anInterruptSaysNothingOfTheInstance(String client) throws Exception {
		Thread caller = new Thread(() -> call(client, "silent"));
		caller.start();
		reports.awaitBegin();
		caller.interrupt();
		Told told = reports.next(Duration.ofSeconds(5));
		assertThat(told.outcome()).as(told.reported()).isEqualTo(Outcome.SAYS_NOTHING);
		caller.join();
	}

	@Test
	void aCallThatIsCancelledIsNotReported() throws InterruptedException {
		Disposable call = WebClient.builder()
			.filter(context.getBean(ReactorLoadBalancerExchangeFilterFunction.class))
			.build()
			.get()
			.uri("http://silent/")
			.retrieve()
			.toBodilessEntity()
			.subscribe();
		reports.awaitBegin();
		call.dispose();
		Told told = reports.next(Duration.ofMillis(300));
		assertThat(told.outcome()).as(told.reported()).isNull();
	}

	/** Its own connections stay open meanwhile; it is new ones that it cannot have. */
	@Test
	void aCallerWithoutADescriptorLearnsNothingOfTheInstance() throws Exception {
		Map<String, Told> all = new TreeMap<>();
		for (String client : clients.names()) {
			call(client, "closing");
			reports.next(Duration.ofSeconds(5));
		}
		try (DescriptorLimit limit = DescriptorLimit.reached()) {
			for (String client : clients.names()) {
				call(client, "refused");
				all.put(client, reports.next(Duration.ofSeconds(5)));
			}
		}
		assertThat(all).allSatisfy((client, told) -> assertThat(told.outcome()).as(client + told.reported())
			.isEqualTo(Outcome.SAYS_NOTHING));
	}

	private static void call(String client, String service) {
		try {
			clients.get(client).to(HttpMethod.GET, service);
		}
		catch (Exception ex) {
			// What it was is reported.
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Detection.class)
	static class Application {

	}

}
