package io.github.etcddiscovery.spring.loadbalancer;

import java.net.URI;
import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.EtcdInstanceList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.LoadBalancerUriTools;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.web.reactive.function.client.ClientRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** What is called after Spring Cloud has put the instance into the URI. */
class LbSchemeTests {

	@ParameterizedTest
	@CsvSource({ "lb://echo/a%20b?c=%2F#d, false, http://10.0.0.5:8888/a%20b?c=%2F#d",
			"lb://echo/hello, true, https://10.0.0.5:8888/hello", "LB://echo, false, http://10.0.0.5:8888",
			"http://echo/hello, false, http://10.0.0.5:8888/hello",
			"http://echo/hello, true, https://10.0.0.5:8888/hello",
			"https://echo/hello, false, https://10.0.0.5:8888/hello",
			"https://echo/hello, true, https://10.0.0.5:8888/hello", "ws://echo, false, ws://10.0.0.5:8888" })
	void tlsIsNeverLoweredAndLbIsHttp(String asked, boolean secure, String called) {
		ServiceInstance instance = instance(secure);
		URI chosen = LoadBalancerUriTools.reconstructURI(instance, URI.create(asked));
		ClientRequest request = ClientRequest.create(HttpMethod.POST, chosen).header("a", "b").build();
		ClientRequest transformed = new LbClientRequestTransformer().transformRequest(request, instance);
		assertThat(transformed.url()).isEqualTo(URI.create(called));
		assertThat(transformed.method()).isEqualTo(HttpMethod.POST);
		assertThat(transformed.headers().getFirst("a")).isEqualTo("b");
		HttpRequest blocking = new HttpRequestWrapper(new MockClientHttpRequest(HttpMethod.POST, chosen));
		assertThat(new LbRequestTransformer().transformRequest(blocking, instance).getURI())
			.isEqualTo(URI.create(called));
	}

	private static ServiceInstance instance(boolean secure) {
		Instance instance = Instance.of("echo", "10.0.0.5", 8888);
		return EtcdInstanceList
			.of("echo",
					new ServiceSnapshot("echo", 1, List.of(secure ? instance.withTag("secure", "true") : instance),
							ServiceSnapshot.State.READ))
			.get(0);
	}

}
