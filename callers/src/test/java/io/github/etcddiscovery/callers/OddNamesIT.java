package io.github.etcddiscovery.callers;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.HttpCaller;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.cloud.gateway.server.mvc.filter.BeforeFilterFunctions.stripPrefix;
import static org.springframework.cloud.gateway.server.mvc.filter.LoadBalancerFilterFunctions.lb;

/**
 * One odd name in etcd takes nothing from others: gateways make a route of every name.
 */
class OddNamesIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final List<String> ODD = List.of("a b", "a/b", "a:80", "x@other", "x,other", "*", "**", "a(", "+++",
			"{a}", "[", "music_user");

	private final TalkingServer other = new TalkingServer("other");

	private final TalkingServer late = new TalkingServer("late");

	/** Who is called by an odd name. */
	private final TalkingServer thief = new TalkingServer("thief");

	@BeforeEach
	void start() {
		put("other", this.other);
	}

	@AfterEach
	void stop() {
		etcd.etcdctl("del", "--prefix", "/services/");
		Stream.of(this.other, this.late, this.thief).forEach(TalkingServer::close);
	}

	@ParameterizedTest
	@ValueSource(strings = { "WebFlux", "MVC" })
	void aGatewayThatFindsThemWhenItStartsServesTheOthers(String kind) {
		ODD.forEach(this::putOdd);
		try (ConfigurableApplicationContext gateway = gateway(kind)) {
			servesTheOthers(gateway);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "WebFlux", "MVC" })
	void aGatewayThatRunsWhenTheyComeServesTheOthers(String kind) {
		try (ConfigurableApplicationContext gateway = gateway(kind)) {
			awaitAnswer(gateway, "other");
			ODD.forEach(this::putOdd);
			servesTheOthers(gateway);
		}
	}

	private void putOdd(String name) {
		put(name, this.thief);
	}

	/** As go-kit does, whose names can have slashes. */
	private static void put(String service, TalkingServer server) {
		String address = "127.0.0.1:" + server.port();
		etcd.put("/services/" + service + "/" + address, "http://" + address);
	}

	/** That what has come last is served tells that the routes have been made anew. */
	private void servesTheOthers(ConfigurableApplicationContext gateway) {
		put("late", this.late);
		awaitAnswer(gateway, "late");
		assertThat(answer(gateway, "/other/hello")).isEqualTo("other");
		this.other.heard();
		for (String path : List.of("/x@other/hello", "/a/b/hello", "/x,other/hello", "/a%20b/hello", "/nobody/hello")) {
			HttpResponse<String> refused = HttpCaller.get(Applications.url(gateway, path));
			assertThat(refused.statusCode()).as(path).isEqualTo(404);
		}
		assertThat(this.other.heard()).isEmpty();
		assertThat(this.thief.heard()).isEmpty();
		assertThat(services(gateway)).containsExactly("late", "music_user", "other");
		assertThat(reactiveServices(gateway)).containsExactly("late", "music_user", "other");
	}

	@Test
	void theyAreLeftOutTooWhereServicesAreFollowedOneByOne() {
		ODD.forEach(this::putOdd);
		try (ConfigurableApplicationContext caller = Applications.reactive(etcd, NothingMore.class,
				"etcd.discovery.format=go-kit", "etcd.discovery.resolver.scope=service",
				"etcd.discovery.resolver.aliases.a-b=a b")) {
			Awaitility.await().until(() -> services(caller), List.of("a-b", "music_user", "other")::equals);
			assertThat(reactiveServices(caller)).containsExactly("a-b", "music_user", "other");
		}
	}

	private static List<String> services(ConfigurableApplicationContext context) {
		return context.getBean(DiscoveryClient.class).getServices();
	}

	private static List<String> reactiveServices(ConfigurableApplicationContext context) {
		return context.getBean(ReactiveDiscoveryClient.class)
			.getServices()
			.sort()
			.collectList()
			.block(Duration.ofSeconds(10));
	}

	private static void awaitAnswer(ConfigurableApplicationContext gateway, String service) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> answer(gateway, "/" + service + "/hello").equals(service));
	}

	private static String answer(ConfigurableApplicationContext gateway, String path) {
		return HttpCaller.get(Applications.url(gateway, path)).body();
	}

	private static ConfigurableApplicationContext gateway(String kind) {
		String format = "etcd.discovery.format=go-kit";
		return kind.equals("MVC") ? Applications.servlet(etcd, Locator.class, format) : Applications.reactive(etcd,
				NothingMore.class, format, "spring.cloud.gateway.server.webflux.discovery.locator.enabled=true");
	}

	@Configuration(proxyBeanMethods = false)
	static class NothingMore {

	}

	/** The Gateway for servlets has no locator: its users write one like this. */
	@Configuration(proxyBeanMethods = false)
	static class Locator {

		@Bean
		RouterFunction<ServerResponse> locator(DiscoveryClient services) {
			routes(services);
			return (request) -> routes(services).map((route) -> route.route(request))
				.flatMap(Optional::stream)
				.findFirst();
		}

		private static Stream<RouterFunction<ServerResponse>> routes(DiscoveryClient services) {
			return services.getServices()
				.stream()
				.map((name) -> RouterFunctions.route()
					.route(RequestPredicates.path("/" + name + "/**"), HandlerFunctions.http())
					.before(stripPrefix(1))
					.filter(lb(String.valueOf(URI.create("lb://" + name).getHost())))
					.build())
				.toList()
				.stream();
		}

	}

}
