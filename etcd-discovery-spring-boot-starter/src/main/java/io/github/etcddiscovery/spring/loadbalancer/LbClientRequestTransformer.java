package io.github.etcddiscovery.spring.loadbalancer;

import java.net.URI;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.reactive.LoadBalancerClientRequestTransformer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.client.ClientRequest;

/**
 * Lets {@code WebClient} call {@code lb://service}. Comes first, so that others see the
 * scheme that is called. Not part of the API that users write against; may change.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class LbClientRequestTransformer implements LoadBalancerClientRequestTransformer {

	@Override
	@SuppressWarnings("ReferenceEquality")
	public ClientRequest transformRequest(ClientRequest request, ServiceInstance instance) {
		URI called = LbScheme.resolve(request.url(), instance);
		return (called == request.url()) ? request : ClientRequest.from(request).url(called).build();
	}

}
