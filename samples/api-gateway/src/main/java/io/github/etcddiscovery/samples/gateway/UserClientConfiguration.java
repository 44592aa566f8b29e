package io.github.etcddiscovery.samples.gateway;

import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.restclient.autoconfigure.RestClientBuilderConfigurer;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

/**
 * The HTTP client for the user service: {@code @LoadBalanced} turns the service's name in
 * the URL into the address of an instance. Timeouts and retries are in application.yaml.
 */
@Configuration(proxyBeanMethods = false)
class UserClientConfiguration {

	@Bean
	@LoadBalanced
	RestClient.Builder balancedHttp(RestClientBuilderConfigurer boot) {
		return boot.configure(RestClient.builder());
	}

	@Bean
	RestClient userHttp(@LoadBalanced RestClient.Builder balancedHttp,
			@Value("${gateway.user-service}") String userService) {
		return balancedHttp.baseUrl("http://" + userService).build();
	}

	/**
	 * Apache's client connects in blocking mode, where 50 ms is the network's time alone
	 * and a busy CPU does not count as an instance that is gone. Its own retries are off:
	 * they would ask the same instance again, and the balancer tries another one.
	 */
	@Bean
	ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder> oneRetryLayer() {
		return (builder) -> builder.withHttpClientCustomizer(HttpClientBuilder::disableAutomaticRetries)
			.withConnectionManagerCustomizer((pool) -> pool.setMaxConnPerRoute(100).setMaxConnTotal(400));
	}

}
