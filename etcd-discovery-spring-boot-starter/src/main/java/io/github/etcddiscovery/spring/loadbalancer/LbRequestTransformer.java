package io.github.etcddiscovery.spring.loadbalancer;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.LoadBalancerRequestTransformer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.support.HttpRequestWrapper;

/**
 * Lets {@code RestClient} and {@code RestTemplate} call {@code lb://service}. Comes
 * first, so that others see the scheme that is called. Not part of the API that users
 * write against; may change.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class LbRequestTransformer implements LoadBalancerRequestTransformer {

	@Override
	@SuppressWarnings("ReferenceEquality")
	public HttpRequest transformRequest(HttpRequest request, @Nullable ServiceInstance instance) {
		URI uri = request.getURI();
		URI called = LbScheme.resolve(uri, instance);
		return (called == uri) ? request : new HttpRequestWrapper(request) {
			@Override
			public URI getURI() {
				return called;
			}
		};
	}

}
