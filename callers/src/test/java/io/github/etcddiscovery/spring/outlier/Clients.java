package io.github.etcddiscovery.spring.outlier;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import feign.Client;
import feign.Request;
import io.netty.channel.ChannelOption;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.cloud.client.loadbalancer.BlockingLoadBalancerInterceptor;
import org.springframework.cloud.client.loadbalancer.reactive.LoadBalancedExchangeFilterFunction;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.JettyClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * One load-balanced client of each kind, with a pool of one connection where it has one.
 */
final class Clients {

	private static final Duration CONNECT = Duration.ofMillis(200);

	private static final Duration POOL = Duration.ofMillis(100);

	private final ApplicationContext context;

	private final int pool;

	private final Duration read;

	private final Map<String, Call> calls = new TreeMap<>();

	private final WebClient reactive;

	/**
	 * Makes them.
	 * @param pool how many connections to an instance they have, where they have a pool
	 * @param read how long they wait for an answer
	 */
	Clients(ApplicationContext context, int pool, Duration read) {
		this.context = context;
		this.pool = pool;
		this.read = read;
		JdkClientHttpRequestFactory jdk = new JdkClientHttpRequestFactory(
				HttpClient.newBuilder().connectTimeout(CONNECT).build());
		jdk.setReadTimeout(this.read);
		this.calls.put("JDK", rest(jdk));
		SimpleClientHttpRequestFactory simple = new SimpleClientHttpRequestFactory();
		simple.setConnectTimeout(CONNECT);
		simple.setReadTimeout(this.read);
		this.calls.put("Simple", rest(simple));
		HttpComponentsClientHttpRequestFactory apache = new HttpComponentsClientHttpRequestFactory(apache());
		apache.setConnectionRequestTimeout(POOL);
		apache.setReadTimeout(this.read);
		this.calls.put("Apache", rest(apache));
		this.calls.put("Jetty", rest(jetty()));
		ReactorClientHttpRequestFactory reactor = new ReactorClientHttpRequestFactory(netty());
		reactor.setReadTimeout(this.read);
		this.calls.put("Reactor", rest(reactor));
		this.reactive = reactive();
		this.calls.put("WebClient",
				(method, service) -> this.reactive.method(method)
					.uri("http://" + service + "/")
					.retrieve()
					.toBodilessEntity()
					.block());
		this.calls.put("Feign", feign());
	}

	Call get(String name) {
		return this.calls.get(name);
	}

	/** A call by the {@code WebClient} that nobody waits for. */
	Future<?> begin(String service) {
		return this.reactive.get().uri("http://" + service + "/").retrieve().toBodilessEntity().toFuture();
	}

	Collection<String> names() {
		return this.calls.keySet();
	}

	private Call rest(ClientHttpRequestFactory factory) {
		RestClient client = RestClient.builder()
			.requestFactory(factory)
			.requestInterceptor(this.context.getBean(BlockingLoadBalancerInterceptor.class))
			.build();
		return (method, service) -> client.method(method).uri("http://" + service + "/").retrieve().toBodilessEntity();
	}

	/** Its own retries would wait for a second and ask the same instance again. */
	private CloseableHttpClient apache() {
		ConnectionConfig timeouts = ConnectionConfig.custom()
			.setConnectTimeout(CONNECT.toMillis(), TimeUnit.MILLISECONDS)
			.build();
		return HttpClients.custom()
			.disableAutomaticRetries()
			.setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
				.setDefaultConnectionConfig(timeouts)
				.setMaxConnPerRoute(this.pool)
				.build())
			.build();
	}

	private JettyClientHttpRequestFactory jetty() {
		org.eclipse.jetty.client.HttpClient client = new org.eclipse.jetty.client.HttpClient();
		client.setConnectTimeout(CONNECT.toMillis());
		client.setMaxConnectionsPerDestination(this.pool);
		JettyClientHttpRequestFactory factory = new JettyClientHttpRequestFactory(client);
		factory.setReadTimeout(this.read);
		return factory;
	}

	private reactor.netty.http.client.HttpClient netty() {
		return reactor.netty.http.client.HttpClient
			.create(ConnectionProvider.builder("callers").maxConnections(this.pool).pendingAcquireTimeout(POOL).build())
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis());
	}

	private WebClient reactive() {
		return WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(netty().responseTimeout(this.read)))
			.filter(this.context.getBean(LoadBalancedExchangeFilterFunction.class))
			.build();
	}

	private Call feign() {
		Client client = this.context.getBean(Client.class);
		Request.Options timeouts = new Request.Options(CONNECT.toMillis(), TimeUnit.MILLISECONDS, this.read.toMillis(),
				TimeUnit.MILLISECONDS, true);
		return (method, service) -> client.execute(Request.create(Request.HttpMethod.valueOf(method.name()),
				"http://" + service + "/", Map.of(), null, null, null), timeouts);
	}

	interface Call {

		void to(HttpMethod method, String service) throws Exception;

	}

}
