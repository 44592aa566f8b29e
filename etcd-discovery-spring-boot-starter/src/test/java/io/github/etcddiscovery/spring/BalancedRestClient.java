package io.github.etcddiscovery.spring;

import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * Gives an application a client that calls services by their names. Not on Reactor Netty:
 * its connections are those of all contexts of a JVM, and the first one that ends closes
 * them.
 */
@Configuration(proxyBeanMethods = false)
public class BalancedRestClient {

	@Bean
	@LoadBalanced
	RestClient.Builder balancedRestClientBuilder() {
		return RestClient.builder().requestFactory(new JdkClientHttpRequestFactory());
	}

	@Bean
	RestClient restClient(@LoadBalanced RestClient.Builder builder) {
		return builder.build();
	}

}
