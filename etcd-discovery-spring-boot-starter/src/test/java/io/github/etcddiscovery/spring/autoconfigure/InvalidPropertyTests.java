package io.github.etcddiscovery.spring.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/** Every bad value stops the start with a message that names property and value. */
class InvalidPropertyTests {

	private static final String SECRET = "s3cret-canary";

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = { "endpoints=|endpoints|at least one",
			"endpoints=http://|endpoints|http://", "endpoints=localhost:99999|endpoints|99999",
			"endpoints=ftp://localhost:2379|endpoints|ftp",
			"endpoints=http://localhost:2379,https://localhost:2380|endpoints|mix",
			"authority=my_host:x/y|authority|my_host:x/y", "connect-timeout=0|connect-timeout|above zero",
			"request-timeout=-1s|request-timeout|-1s", "start-timeout=0s|start-timeout|above zero",
			"username=alice|username|alice", "format=nacos|format|nacos", "format=|format|not empty",
			"layouts[0].format=nacos|layouts[0].format|nacos", "layouts[0].format=|layouts[0].format|wire format",
			"service-name=|service-name|not empty", "registration.port=70000|registration.port|70000",
			"registration.port=0|registration.port|1 to 65535", "registration.port=-1|registration.port|-1",
			"registration.weight=0|registration.weight|1 to 1000", "registration.weight=1001|registration.weight|1001",
			"registration.ttl=1s|registration.ttl|1s", "registration.ttl=6m|registration.ttl|2s to 5m",
			"registration.drain-delay=-1s|registration.drain-delay|-1s",
			"registration.ip-address=|registration.ip-address|not empty",
			"retry.max-attempt-times=-1|retry.max-attempt-times|-1",
			"retry.initial-delay=0|retry.initial-delay|above zero", "retry.retry-delay=0|retry.retry-delay|above zero",
			"retry.observe-delay=-5s|retry.observe-delay|-5s",
			"resolver.first-snapshot-timeout=-1s|resolver.first-snapshot-timeout|-1s",
			"resolver.resync-interval=0|resolver.resync-interval|above zero",
			"resolver.stale-timeout=-1s|resolver.stale-timeout|-1s",
			"resolver.services-refresh=0|resolver.services-refresh|above zero",
			"resolver.aliases.music-user=|resolver.aliases.music-user|not empty",
			"loadbalancer.slow-start.window=-1s|loadbalancer.slow-start.window|-1s",
			"loadbalancer.slow-start.min-share=0|loadbalancer.slow-start.min-share|1 to 100",
			"loadbalancer.slow-start.min-share=101|loadbalancer.slow-start.min-share|101",
			"resolver.denied-addresses=10.0.0.0/99|resolver.denied-addresses|10.0.0.0/99",
			"tls.ca-file=/does/not/exist.pem|tls.ca-file|/does/not/exist.pem", "ssl.bundle=nosuch|ssl.bundle|nosuch" })
	void isNamedWithItsValue(String setting, String property, String value) {
		assertThat(FailedStart.with(setting)).contains("etcd.discovery." + property, value);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "retry.on-exhausted=explode|retry.on-exhausted|explode",
			"resolver.scope=galaxy|resolver.scope|galaxy",
			"registration.register-on=never|registration.register-on|never",
			"registration.port=abc|registration.port|abc", "registration.ttl=soon|registration.ttl|soon",
			"registration.enabled=perhaps|registration.enabled|perhaps",
			"registration.weight=heavy|registration.weight|heavy", "connect-timeout=never|connect-timeout|never",
			"layouts[0].register=perhaps|layouts[0].register|perhaps",
			"layouts[0].discover=perhaps|layouts[0].discover|perhaps" })
	void ofAnotherTypeIsNamedToo(String setting, String property, String value) {
		assertThat(FailedStart.with(setting)).contains("etcd.discovery." + property, value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "format=kitex", "prefix=a/b" })
	void formatAndPrefixExcludeLayouts(String setting) {
		assertThat(FailedStart.with(setting, "layouts[0].format=kitex"))
			.contains("etcd.discovery." + setting.substring(0, setting.indexOf('=')), "etcd.discovery.layouts");
	}

	@Test
	void theSameLayoutTwiceIsNamed() {
		assertThat(FailedStart.with("layouts[0].format=kitex", "layouts[1].format=kitex"))
			.contains("etcd.discovery.layouts[1]", "twice");
	}

	@Test
	void layoutsOfWhichNoneDiscoversAreNamed() {
		assertThat(FailedStart.with("layouts[0].format=kitex", "layouts[0].discover=false"))
			.contains("etcd.discovery.layouts", "none of them discovers");
	}

	@Test
	void registrationInNoLayoutIsRefusedWhenItIsWanted() {
		assertThat(FailedStart.with("registration.enabled=true", "registration.port=8080", "layouts[0].format=kitex",
				"layouts[0].register=false"))
			.contains("etcd.discovery.registration.enabled", "'true'", "etcd.discovery.layouts", "register");
	}

	@Test
	void registrationWithoutServiceNameIsRefusedWhenItIsWantedAndTheNameIsWhatIsToBeSet() {
		Contexts.bare().withPropertyValues("etcd.discovery.registration.enabled=true").run((context) -> {
			FailureAnalysis analysis = FailedStart.analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("etcd.discovery.registration.enabled",
					"spring.application.name", "etcd.discovery.service-name");
			assertThat(analysis.getAction()).contains("spring.application.name").doesNotContain("registration.enabled");
		});
	}

	@Test
	void registrationWithoutPortIsRefusedWhenItIsWanted() {
		assertThat(FailedStart.with("registration.enabled=true")).contains("etcd.discovery.registration.enabled",
				"etcd.discovery.registration.port");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "/" })
	void aServiceNameThatTheFormatCannotCarryIsNamed(String name) {
		assertThat(FailedStart.with("service-name=" + name, "registration.port=8080"))
			.contains("etcd.discovery.service-name: service name '" + name + "'", "kitex")
			.containsOnlyOnce("'" + name + "' ")
			.containsOnlyOnce("cannot be");
		Contexts.bare()
			.withPropertyValues("spring.application.name=" + name, "etcd.discovery.registration.port=8080")
			.run((context) -> assertThat(FailedStart.analyze(context.getStartupFailure()).getDescription())
				.contains("spring.application.name", "'" + name + "'"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "resolver.preload=echo,a/b|resolver.preload|a/b", "resolver.preload[0]=/|resolver.preload|/",
					"resolver.aliases.music-user=music/user|resolver.aliases.music-user|music/user" })
	void aServiceToDiscoverThatNoFormatCanCarryIsNamed(String setting, String property, String value) {
		assertThat(FailedStart.with(setting)).contains("etcd.discovery." + property, "'" + value + "'", "kitex");
	}

	@ParameterizedTest
	@ValueSource(strings = { "music_user", "a/b", "user@host", "-a", "1.2", "a b" })
	void anAliasThatCannotStandInAUriIsNamedWithItsService(String alias) {
		assertThat(FailedStart.with("resolver.aliases.[" + alias + "]=echo"))
			.contains("etcd.discovery.resolver.aliases." + alias + ": 'echo'", "host of a URI");
	}

	@Test
	void aServiceToPreloadCanBeAnAlias() {
		Contexts.client()
			.withPropertyValues("etcd.discovery.resolver.aliases.music-user=music_user",
					"etcd.discovery.resolver.preload=music-user")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "ip-address, 0.0.0.0", "ip-address, nonsense host", "hostname, a_b c", "ip-address, ::" })
	void anAddressThatNobodyCanReachIsNamed(String property, String value) {
		assertThat(FailedStart.with("registration." + property + "=" + value, "registration.port=8080"))
			.contains("etcd.discovery.registration." + property, "'" + value + "'");
	}

	@ParameterizedTest
	@CsvSource({ "KITEX_PORT_TO_REGISTRY, 99999", "KITEX_PORT_TO_REGISTRY, http", "KITEX_PORT_TO_REGISTRY, 0",
			"KITEX_IP_TO_REGISTRY, not a host", "KITEX_IP_TO_REGISTRY, 0.0.0.0", "KITEX_IP_TO_REGISTRY, [::]",
			"KITEX_IP_TO_REGISTRY, [10.0.0.5]" })
	void aVariableThatIsNoAddressIsNamed(String variable, String value) {
		assertThat(FailedStart.of(Contexts.provider().withPropertyValues(variable + "=" + value)))
			.contains(variable + ": '" + value + "'", "Correct " + variable + ".");
	}

	@Test
	void metadataThatNoReaderAcceptsIsNamedWithoutItsValue() {
		String value = SECRET + "x".repeat(2_000_000);
		assertThat(FailedStart.with("registration.metadata.note=" + value, "registration.port=8080"))
			.contains("etcd.discovery.registration.metadata", "note")
			.doesNotContain(SECRET);
	}

}
