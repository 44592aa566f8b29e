package io.github.etcddiscovery.spring.autoconfigure;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

import static org.assertj.core.api.Assertions.assertThat;

/** Instances that stand in the properties, which Spring Cloud itself brings. */
class FixedInstancesTests {

	@Test
	void areFoundWithoutEtcd() {
		areFound(fixed().withPropertyValues("etcd.discovery.enabled=false"));
	}

	@Test
	void areFoundBesideAnEtcdThatIsAway() {
		areFound(fixed().withPropertyValues("etcd.discovery.resolver.first-snapshot-timeout=0"));
	}

	private static ApplicationContextRunner fixed() {
		return Contexts.client()
			.withPropertyValues("spring.cloud.discovery.client.simple.instances[music][0].uri=http://10.0.0.1:8888",
					"spring.cloud.discovery.client.simple.instances[music][1].uri=https://10.0.0.2:8888");
	}

	private static void areFound(ApplicationContextRunner application) {
		application.run((context) -> {
			DiscoveryClient discovery = context.getBean(DiscoveryClient.class);
			assertThat(discovery.getInstances("music")).extracting(ServiceInstance::getUri)
				.extracting(Object::toString)
				.containsExactly("http://10.0.0.1:8888", "https://10.0.0.2:8888");
			assertThat(discovery.getServices()).containsExactly("music");
		});
	}

}
