package io.github.etcddiscovery.spring.loadbalancer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class CacheOffByDefaultTests {

	private static final String CACHE = "spring.cloud.loadbalancer.cache.enabled";

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void turnsTheCacheOff() {
		process();
		assertThat(this.environment.getProperty(CACHE)).isEqualTo("false");
	}

	@Test
	void leavesTheCacheToTheUser() {
		this.environment.setProperty(CACHE, "true");
		process();
		assertThat(this.environment.getProperty(CACHE)).isEqualTo("true");
	}

	@Test
	void givesWayToDefaultsOfTheUserToo() {
		this.environment.getPropertySources()
			.addLast(new MapPropertySource("defaultProperties", java.util.Map.of(CACHE, "true")));
		process();
		assertThat(this.environment.getProperty(CACHE)).isEqualTo("true");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ttl=5s", "capacity=10", "caffeine.spec=maximumSize=10" })
	void leavesACacheThatTheUserHasConfiguredAlone(String setting) {
		String[] parts = setting.split("=", 2);
		this.environment.setProperty("spring.cloud.loadbalancer.cache." + parts[0], parts[1]);
		process();
		assertThat(this.environment.containsProperty(CACHE)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd.discovery.enabled", "etcd.discovery.resolver.enabled",
			"spring.cloud.discovery.enabled", "etcd.discovery.loadbalancer.disable-cache" })
	void doesNothingWhereDiscoveryByUsIsOff(String property) {
		this.environment.setProperty(property, "false");
		process();
		assertThat(this.environment.containsProperty(CACHE)).isFalse();
	}

	@Test
	void isFoundByBoot() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
			.load(EnvironmentPostProcessor.class,
					SpringFactoriesLoader.FailureHandler
						.logging(org.apache.commons.logging.LogFactory.getLog(CacheOffByDefaultTests.class))))
			.hasAtLeastOneElementOfType(CacheOffByDefault.class);
	}

	private void process() {
		new CacheOffByDefault().postProcessEnvironment(this.environment, new SpringApplication());
	}

}
