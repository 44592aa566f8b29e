package io.github.etcddiscovery.spring.outlier;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.etcddiscovery.resolver.EtcdResolver;
import org.awaitility.Awaitility;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.registry.ImportHttpServices;

/**
 * Applications that know what is in etcd and call it by each client of Spring, both
 * Gateways among them. Each starts when it is first needed.
 */
final class Callers implements AutoCloseable {

	/** Long enough for a machine that is busy with other tests. */
	static final Duration READ = Duration.ofSeconds(1);

	private static final String MVC = "Gateway MVC";

	private static final String WEBFLUX = "Gateway WebFlux";

	private static final String GROUP = "HTTP service";

	private final Map<WebApplicationType, ConfigurableApplicationContext> contexts = new EnumMap<>(
			WebApplicationType.class);

	private final Map<WebApplicationType, Clients> clients = new EnumMap<>(WebApplicationType.class);

	/** Calls the Gateways. */
	private final RestClient browser = RestClient.builder().requestFactory(new JdkClientHttpRequestFactory()).build();

	private final List<String> properties;

	private Callers(List<String> properties) {
		this.properties = properties;
	}

	/** Who does not try again. */
	static Callers create(String endpoint, String... properties) {
		return create(endpoint, false, properties);
	}

	/** Who tries another instance, once, where the method is GET; the Gateways do not. */
	static Callers thatTryAgain(String endpoint) {
		return create(endpoint, true);
	}

	private static Callers create(String endpoint, boolean again, String... properties) {
		List<String> all = new ArrayList<>(List.of("server.port=0", "server.address=127.0.0.1",
				"spring.main.banner-mode=off", "spring.main.register-shutdown-hook=false",
				"spring.application.name=caller", "spring.cloud.loadbalancer.retry.enabled=" + again,
				"etcd.discovery.endpoints=" + endpoint, "etcd.discovery.registration.enabled=false",
				// What a test has ended is to be gone for those that follow.
				"etcd.discovery.resolver.mass-loss-guard.enabled=false", "spring.http.clients.imperative.factory=jdk",
				"spring.http.clients.connect-timeout=200ms",
				"spring.http.clients.read-timeout=" + READ.toMillis() + "ms",
				"spring.http.serviceclient.group.base-url=lb://group",
				"spring.cloud.gateway.server.webflux.httpclient.connect-timeout=200",
				"spring.cloud.gateway.server.webflux.httpclient.response-timeout=" + READ.toMillis() + "ms"));
		for (String gateway : List.of("webmvc", "webflux")) {
			for (int i = 0; i < Services.LIMIT; i++) {
				String service = Services.name(i);
				all.addAll(List.of(route(gateway, i) + "id=" + service, route(gateway, i) + "uri=lb://" + service,
						route(gateway, i) + "predicates[0]=Path=/" + service));
			}
		}
		all.addAll(List.of(properties));
		return new Callers(all);
	}

	private static String route(String gateway, int number) {
		return "spring.cloud.gateway.server." + gateway + ".routes[" + number + "].";
	}

	static Stream<String> names() {
		return Stream.of("Apache", "Feign", MVC, WEBFLUX, GROUP, "JDK", "Jetty", "Reactor", "Simple", "WebClient");
	}

	/**
	 * Those that retry by Spring Cloud LoadBalancer, which does not choose the same
	 * instance again. A Gateway's filter chooses anew, and can meet the dead one twice.
	 */
	static Stream<String> namesOfThoseThatTryAgain() {
		return names().filter((name) -> !name.startsWith("Gateway"));
	}

	/**
	 * A call by a client, which has nothing left of calls by others.
	 * @return fails where the answer is no good one
	 */
	Load.Call call(String client, HttpMethod method, Services.Service service) {
		ConfigurableApplicationContext context = context(client);
		awaitAll(context, service);
		return switch (client) {
			case MVC, WEBFLUX -> {
				int port = ((WebServerApplicationContext) context).getWebServer().getPort();
				URI uri = URI.create("http://127.0.0.1:" + port + "/" + service.name());
				yield () -> this.browser.method(method).uri(uri).retrieve().toBodilessEntity();
			}
			case GROUP -> {
				HttpService calls = context.getBean(HttpService.class);
				yield () -> calls.call(URI.create("lb://" + service.name() + "/"), method);
			}
			default -> {
				Clients.Call call = this.clients.computeIfAbsent(type(client), (type) -> new Clients(context, 50, READ))
					.get(client);
				yield () -> call.to(method, service.name());
			}
		};
	}

	/** What the application with that client has learnt. */
	Outliers outliers(String client) {
		return context(client).getBean(Outliers.class);
	}

	/** The ports that the application with that client chooses from. */
	Set<Integer> chosen(String client, String service) {
		return chosen(context(client), service);
	}

	private static Set<Integer> chosen(ConfigurableApplicationContext context, String service) {
		LoadBalancerClient balancer = context.getBean(LoadBalancerClient.class);
		return IntStream.range(0, 20)
			.mapToObj((i) -> balancer.choose(service))
			.filter((instance) -> instance != null)
			.map((instance) -> instance.getPort())
			.collect(Collectors.toSet());
	}

	/**
	 * The ports that the application with that client chooses from, now and each time its
	 * list of the service has changed, as it goes on.
	 */
	List<Set<Integer>> watchChosen(String client, String service) {
		ConfigurableApplicationContext context = context(client);
		List<Set<Integer>> seen = new CopyOnWriteArrayList<>();
		context.getBean(EtcdResolver.class).subscribe(service, (snapshot) -> seen.add(chosen(context, service)));
		return seen;
	}

	/** The ports that the application with that client lists, ejected or not. */
	Set<Integer> listed(String client, String service) {
		return context(client).getBean(DiscoveryClient.class)
			.getInstances(service)
			.stream()
			.map(ServiceInstance::getPort)
			.collect(Collectors.toSet());
	}

	private static void awaitAll(ConfigurableApplicationContext context, Services.Service service) {
		Set<Integer> all = service.instances().stream().map(InstanceProcess::port).collect(Collectors.toSet());
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> chosen(context, service.name()).equals(all));
	}

	private ConfigurableApplicationContext context(String client) {
		return this.contexts.computeIfAbsent(type(client), this::start);
	}

	private static WebApplicationType type(String client) {
		return client.equals(WEBFLUX) ? WebApplicationType.REACTIVE : WebApplicationType.SERVLET;
	}

	private ConfigurableApplicationContext start(WebApplicationType type) {
		String reactive = "spring.cloud.gateway.server.webflux.enabled=" + (type == WebApplicationType.REACTIVE);
		return new SpringApplicationBuilder(Application.class).web(type)
			.properties(this.properties.toArray(String[]::new))
			// Refuses to be in an application for servlets.
			.properties(reactive)
			.run();
	}

	@Override
	public void close() {
		this.contexts.values().forEach(ConfigurableApplicationContext::close);
	}

	interface HttpService {

		@HttpExchange
		void call(URI uri, HttpMethod method);

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ImportHttpServices(group = "group", types = HttpService.class)
	static class Application {

	}

}
