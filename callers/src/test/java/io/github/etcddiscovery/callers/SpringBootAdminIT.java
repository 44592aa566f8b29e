package io.github.etcddiscovery.callers;

import de.codecentric.boot.admin.server.cloud.discovery.DefaultServiceInstanceConverter;
import de.codecentric.boot.admin.server.domain.values.Registration;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring Boot Admin makes of instances: it asks each for its URI, and needs scheme,
 * host and port of it.
 */
class SpringBootAdminIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		Applications.put(etcd, "plain", 8080, "null");
		Applications.put(etcd, "says-http", 8080, "{\"scheme\":\"http\"}");
		Applications.put(etcd, "secure", 8443, "{\"secure\":\"true\"}");
		Applications.put(etcd, "managed", 8080,
				"{\"management.port\":\"9090\",\"management.context-path\":\"/manage\"}");
		etcd.put("kitex/registry-etcd/ipv6/[2001:db8::7]:8080",
				"{\"network\":\"tcp\",\"address\":\"[2001:db8::7]:8080\",\"weight\":10,\"tags\":null}");
		context = Applications.servlet(etcd, NothingMore.class);
		Awaitility.await().until(() -> context.getBean(DiscoveryClient.class).getServices().size() == 5);
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@Test
	void anInstanceThatSaysNothingOfItsSchemeIsAskedByHttp() {
		assertThat(converted("plain")).extracting(Registration::getServiceUrl, Registration::getHealthUrl)
			.containsExactly("http://127.0.0.1:8080", "http://127.0.0.1:8080/actuator/health");
		assertThat(converted("says-http").getManagementUrl()).isEqualTo("http://127.0.0.1:8080/actuator");
	}

	@Test
	void aSecureInstanceIsAskedByHttps() {
		assertThat(converted("secure").getHealthUrl()).isEqualTo("https://127.0.0.1:8443/actuator/health");
	}

	@Test
	void aManagementServerOfItsOwnIsAsked() {
		assertThat(converted("managed").getManagementUrl()).isEqualTo("http://127.0.0.1:9090/manage");
		assertThat(converted("managed").getServiceUrl()).isEqualTo("http://127.0.0.1:8080");
	}

	@Test
	void anInstanceAtAnIpv6AddressIsAskedThere() {
		assertThat(converted("ipv6").getHealthUrl()).isEqualTo("http://[2001:db8::7]:8080/actuator/health");
	}

	private static Registration converted(String service) {
		return new DefaultServiceInstanceConverter()
			.convert(context.getBean(DiscoveryClient.class).getInstances(service).get(0));
	}

	@Configuration(proxyBeanMethods = false)
	static class NothingMore {

	}

}
