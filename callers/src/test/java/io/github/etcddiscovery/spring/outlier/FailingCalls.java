package io.github.etcddiscovery.spring.outlier;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * Calls by each client of Spring Cloud, both Gateways among them, to services that fail.
 * Where a client has a pool, it has one connection to each instance.
 */
final class FailingCalls implements AutoCloseable {

	private static final Duration READ = Duration.ofMillis(400);

	private static final Duration READ_OF_GATEWAYS = Duration.ofSeconds(1);

	private static final String MVC = "Gateway MVC";

	private static final String WEBFLUX = "Gateway WebFlux";

	private final FaultyServices services = new FaultyServices();

	private final ConfigurableApplicationContext application = start(WebApplicationType.NONE,
			"spring.cloud.gateway.server.webflux.enabled=false");

	/** Call whoever is silent. */
	private final Clients clients = new Clients(this.application, 1, READ);

	/** Call everybody else, on a machine that is busy perhaps. */
	private final Clients patient = new Clients(this.application, 1, Duration.ofSeconds(5));

	private final ConfigurableApplicationContext mvc = gateway(WebApplicationType.SERVLET,
			"spring.cloud.gateway.server.webmvc", "spring.cloud.gateway.server.webflux.enabled=false",
			"spring.http.clients.imperative.factory=jdk", "spring.http.clients.connect-timeout=200ms",
			"spring.http.clients.read-timeout=" + READ_OF_GATEWAYS.toMillis() + "ms");

	private final ConfigurableApplicationContext webflux = gateway(WebApplicationType.REACTIVE,
			"spring.cloud.gateway.server.webflux", "spring.main.web-application-type=reactive",
			"spring.cloud.gateway.server.webflux.httpclient.connect-timeout=200",
			"spring.cloud.gateway.server.webflux.httpclient.pool.type=fixed",
			"spring.cloud.gateway.server.webflux.httpclient.pool.max-connections=1",
			"spring.cloud.gateway.server.webflux.httpclient.pool.acquire-timeout=100",
			"spring.cloud.gateway.server.webflux.httpclient.response-timeout=" + READ_OF_GATEWAYS.toMillis() + "ms");

	/** Calls the Gateways, by a connection that it keeps from its last call. */
	private final RestClient browser;

	/** Calls them too, and leaves without waiting. */
	private final HttpClient impatient = HttpClient.newHttpClient();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/**
	 * Starts; all of them have called once when it returns, and nothing has failed yet.
	 */
	FailingCalls() {
		SimpleClientHttpRequestFactory http = new SimpleClientHttpRequestFactory();
		http.setReadTimeout(Duration.ofSeconds(10));
		this.browser = RestClient.builder().requestFactory(http).build();
		names().forEach((client) -> call(client, "status200"));
	}

	static Stream<String> names() {
		return Stream.of("Apache", "Feign", MVC, WEBFLUX, "JDK", "Jetty", "Reactor", "Simple", "WebClient");
	}

	private ConfigurableApplicationContext gateway(WebApplicationType type, String routes, String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		int position = 0;
		for (String service : this.services.names()) {
			String route = routes + ".routes[" + position++ + "].";
			all.addAll(List.of(route + "id=" + service, route + "uri=lb://" + service,
					route + "predicates[0]=Path=/" + service));
		}
		return start(type, all.toArray(String[]::new));
	}

	private ConfigurableApplicationContext start(WebApplicationType type, String... properties) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.properties("etcd.discovery.enabled=false", "spring.cloud.loadbalancer.cache.enabled=false",
					"spring.cloud.loadbalancer.retry.enabled=false", "spring.main.banner-mode=off", "server.port=0",
					"server.address=127.0.0.1")
			.properties(this.services.properties().toArray(String[]::new))
			.properties(properties)
			.run();
	}

	FaultyServices services() {
		return this.services;
	}

	Outliers outliers(String client) {
		return context(client).getBean(Outliers.class);
	}

	/** What is told of the calls of a client, and of others of the same application. */
	Reports reports(String client) {
		return context(client).getBean(Reports.class);
	}

	/** How long it waits for an answer of who is silent. */
	static Duration readTimeout(String client) {
		return isGateway(client) ? READ_OF_GATEWAYS : READ;
	}

	private ConfigurableApplicationContext context(String client) {
		return switch (client) {
			case MVC -> this.mvc;
			case WEBFLUX -> this.webflux;
			default -> this.application;
		};
	}

	/**
	 * Calls, on this thread where the client lets it wait. What is thrown is reported.
	 */
	void call(String client, String service) {
		try {
			if (isGateway(client)) {
				this.browser.get().uri(uri(client, service)).retrieve().toBodilessEntity();
			}
			else {
				(service.equals("silent") ? this.clients : this.patient).get(client).to(HttpMethod.GET, service);
			}
		}
		catch (Exception ex) {
			// What it was is reported.
		}
	}

	/**
	 * Begins a call that can be cancelled, as it is by a caller who loses patience: with
	 * a Gateway by leaving it, with a blocking client by an interrupt.
	 */
	Future<?> begin(String client, String service) {
		if (isGateway(client)) {
			HttpRequest request = HttpRequest.newBuilder(uri(client, service)).build();
			return this.impatient.sendAsync(request, BodyHandlers.discarding());
		}
		return client.equals("WebClient") ? this.clients.begin(service)
				: this.threads.submit(() -> call(client, service));
	}

	/** Begins a call on a thread that waits for its end. */
	Thread beginOnThread(String client, String service) {
		Thread thread = new Thread(() -> call(client, service));
		thread.start();
		return thread;
	}

	/** The same on a virtual thread, which only later Java has. */
	Thread beginOnVirtualThread(String client, String service) throws ReflectiveOperationException {
		Runnable call = () -> call(client, service);
		return (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, call);
	}

	static boolean isGateway(String client) {
		return client.startsWith("Gateway");
	}

	private URI uri(String client, String service) {
		int port = ((WebServerApplicationContext) context(client)).getWebServer().getPort();
		return URI.create("http://127.0.0.1:" + port + "/" + service);
	}

	@Override
	public void close() throws Exception {
		this.threads.shutdownNow();
		this.application.close();
		this.mvc.close();
		this.webflux.close();
		this.services.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Detection.class)
	static class Application {

	}

}
