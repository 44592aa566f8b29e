package io.github.etcddiscovery.callers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.HttpCaller;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;
import org.springframework.web.service.registry.ImportHttpServices;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * TLS is never lowered: what each client of Spring speaks to an instance, by what was
 * asked for and by what the entry says.
 */
class LbSchemeIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final Map<String, String> TAGS = Map.of("plain", "null", "says-http", "{\"scheme\":\"http\"}",
			"secure", "{\"secure\":\"true\"}", "says-https", "{\"scheme\":\"https\"}");

	private static final Map<String, TalkingServer> SERVERS = new HashMap<>();

	private static final List<ConfigurableApplicationContext> CONTEXTS = new ArrayList<>();

	@BeforeAll
	static void start() {
		TAGS.forEach((service, tags) -> {
			TalkingServer server = new TalkingServer(service);
			SERVERS.put(service, server);
			Applications.put(etcd, service, server.port(), tags);
		});
		CONTEXTS.add(Applications.servlet(etcd, Clients.class,
				Stream.concat(Stream.of(routes("webmvc")), groups()).toArray(String[]::new)));
		CONTEXTS.add(Applications.reactive(etcd, NothingMore.class, routes("webflux")));
		CONTEXTS.forEach((context) -> Awaitility.await()
			.until(() -> context.getBean(DiscoveryClient.class).getServices().size() == TAGS.size()));
	}

	/** Whoever has no such URL calls the service of its name. */
	private static Stream<String> groups() {
		String property = "spring.http.serviceclient.%s.base-url=";
		return Stream.of("", "web-")
			.flatMap((client) -> Stream.of(property.formatted(client + "lb") + "lb://plain",
					property.formatted(client + "lb-secure") + "lb://secure",
					// Spring balances no such URL: it names a server, and not a service.
					property.formatted(client + "https") + "https://127.0.0.1:" + SERVERS.get("plain").port()));
	}

	private static String[] routes(String gateway) {
		String prefix = "spring.cloud.gateway.server." + gateway + ".routes[%d].";
		List<String> services = TAGS.keySet().stream().sorted().toList();
		Stream<String> routes = services.stream()
			.flatMap((service) -> route(prefix.formatted(services.indexOf(service)), service, "lb://" + service));
		// Gateway WebFlux alone takes a scheme for what it has chosen.
		Stream<String> encrypted = gateway.equals("webflux")
				? route(prefix.formatted(services.size()), "encrypted", "lb:https://says-http") : Stream.empty();
		return Stream.concat(routes, encrypted).toArray(String[]::new);
	}

	private static Stream<String> route(String route, String path, String uri) {
		return Stream.of(route + "id=" + path, route + "uri=" + uri, route + "predicates[0]=Path=/" + path + "/**",
				route + "filters[0]=StripPrefix=1");
	}

	@AfterAll
	static void stop() {
		CONTEXTS.forEach(ConfigurableApplicationContext::close);
		SERVERS.values().forEach(TalkingServer::close);
	}

	static Stream<String> clients() {
		return Stream.of("RestClient", "RestTemplate", "WebClient");
	}

	static Stream<String> gateways() {
		return Stream.of("Gateway MVC", "Gateway WebFlux");
	}

	@ParameterizedTest
	@MethodSource({ "clients", "gateways" })
	void lbMeansHttpWhereTheInstanceIsNotSecure(String client) throws Exception {
		assertThat(call(client, "lb://plain/hello").call()).isEqualTo("plain");
		assertThat(call(client, "lb://says-http/hello").call()).isEqualTo("says-http");
	}

	@ParameterizedTest
	@MethodSource({ "clients", "gateways" })
	void lbMeansHttpsWhereTheInstanceIsSecure(String client) {
		assertThat(spoken("secure", call(client, "lb://secure/hello"))).containsOnly("TLS");
		assertThat(spoken("says-https", call(client, "lb://says-https/hello"))).containsOnly("TLS");
	}

	@ParameterizedTest
	@MethodSource("clients")
	void httpIsRaisedToHttpsWhereTheInstanceIsSecure(String client) {
		assertThat(spoken("secure", call(client, "http://secure/hello"))).containsOnly("TLS");
	}

	@ParameterizedTest
	@MethodSource("clients")
	void httpsIsNeverLoweredWhateverTheEntrySays(String client) {
		assertThat(spoken("plain", call(client, "https://plain/hello"))).containsOnly("TLS");
		assertThat(spoken("says-http", call(client, "https://says-http/hello"))).containsOnly("TLS");
	}

	@Test
	void aRouteThatSaysHttpsIsNotLoweredEither() {
		assertThat(spoken("says-http", call("Gateway WebFlux", "lb://encrypted/hello"))).containsOnly("TLS");
	}

	@Test
	void feignSpeaksWhatItsNameSaysAndTlsToWhatIsSecure() {
		ConfigurableApplicationContext context = CONTEXTS.get(0);
		assertThat(context.getBean(PlainFeign.class).hello()).isEqualTo("plain");
		assertThat(spoken("secure", context.getBean(SecureFeign.class)::hello)).containsOnly("TLS");
		assertThat(spoken("says-http", context.getBean(HttpsFeign.class)::hello)).containsOnly("TLS");
	}

	@ParameterizedTest
	@CsvSource({ "plain, plain", "lb, plain", "says-http, says-http", "web-lb, plain" })
	void aGroupOfHttpServicesSpeaksHttpToWhatIsNotSecure(String group, String service) {
		assertThat(group(group).hello()).isEqualTo(service);
	}

	@ParameterizedTest
	@CsvSource({ "secure, secure", "lb-secure, secure", "https, plain", "says-https, says-https",
			"web-lb-secure, secure", "web-https, plain" })
	void aGroupOfHttpServicesSpeaksTlsToWhatIsSecureOrCalledSo(String group, String service) {
		assertThat(spoken(service, group(group)::hello)).containsOnly("TLS");
	}

	private static Hello group(String name) {
		return CONTEXTS.get(0).getBean(HttpServiceProxyRegistry.class).getClient(name, Hello.class);
	}

	private static Iterable<String> spoken(String service, Callable<String> call) {
		SERVERS.get(service).heard();
		try {
			call.call();
		}
		catch (Exception ex) {
			// A handshake that nobody answers.
		}
		return SERVERS.get(service).heard();
	}

	private static Callable<String> call(String client, String url) {
		ConfigurableApplicationContext context = CONTEXTS.get(0);
		return switch (client) {
			case "RestClient" -> () -> context.getBean(RestClient.class).get().uri(url).retrieve().body(String.class);
			case "RestTemplate" -> () -> context.getBean(RestTemplate.class).getForObject(url, String.class);
			case "WebClient" ->
				() -> context.getBean(WebClient.class).get().uri(url).retrieve().bodyToMono(String.class).block();
			case "Gateway MVC" ->
				() -> HttpCaller.get(Applications.url(context, url.substring("lb:/".length()))).body();
			default -> () -> HttpCaller.get(Applications.url(CONTEXTS.get(1), url.substring("lb:/".length()))).body();
		};
	}

	interface Hello {

		@GetExchange("/hello")
		String hello();

	}

	@FeignClient("plain")
	interface PlainFeign {

		@GetMapping("/hello")
		String hello();

	}

	@FeignClient("secure")
	interface SecureFeign {

		@GetMapping("/hello")
		String hello();

	}

	@FeignClient(name = "https://says-http", contextId = "https")
	interface HttpsFeign {

		@GetMapping("/hello")
		String hello();

	}

	@Configuration(proxyBeanMethods = false)
	static class NothingMore {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFeignClients(clients = { PlainFeign.class, SecureFeign.class, HttpsFeign.class })
	@ImportHttpServices(group = "plain", types = Hello.class)
	@ImportHttpServices(group = "secure", types = Hello.class)
	@ImportHttpServices(group = "lb", types = Hello.class)
	@ImportHttpServices(group = "lb-secure", types = Hello.class)
	@ImportHttpServices(group = "https", types = Hello.class)
	@ImportHttpServices(group = "says-http", types = Hello.class, clientType = ClientType.WEB_CLIENT)
	@ImportHttpServices(group = "says-https", types = Hello.class, clientType = ClientType.WEB_CLIENT)
	@ImportHttpServices(group = "web-lb", types = Hello.class, clientType = ClientType.WEB_CLIENT)
	@ImportHttpServices(group = "web-lb-secure", types = Hello.class, clientType = ClientType.WEB_CLIENT)
	@ImportHttpServices(group = "web-https", types = Hello.class, clientType = ClientType.WEB_CLIENT)
	static class Clients {

		@Bean
		@LoadBalanced
		RestTemplate restTemplate() {
			return new RestTemplate();
		}

		/** Not for the Gateway, which would take it as well. */
		@Bean(defaultCandidate = false)
		@LoadBalanced
		RestClient.Builder balancedRestClientBuilder() {
			return RestClient.builder().requestFactory(new JdkClientHttpRequestFactory());
		}

		@Bean
		RestClient restClient(@LoadBalanced RestClient.Builder builder) {
			return builder.build();
		}

		@Bean
		@LoadBalanced
		WebClient.Builder balancedWebClientBuilder() {
			return WebClient.builder();
		}

		@Bean
		WebClient webClient(@LoadBalanced WebClient.Builder builder) {
			return builder.build();
		}

	}

}
