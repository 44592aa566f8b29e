package io.github.etcddiscovery.spring.autoconfigure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.spring.discovery.EtcdDiscoveryClient;
import io.github.etcddiscovery.spring.discovery.EtcdReactiveDiscoveryClient;
import io.github.etcddiscovery.spring.outlier.OutlierOptions;
import io.github.etcddiscovery.spring.registration.OwnInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.BeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each property reaches the option of core that it stands for, and none is forgotten: a
 * new one needs a row here, or the name of the test that shows what it does.
 */
class PropertyWiringTests {

	private static final Map<String, Function<BeanFactory, Object>> OPTIONS = new HashMap<>();

	/** What does more than set an option, and where that is shown. */
	private static final Map<String, String> SHOWN_ELSEWHERE = Map.ofEntries(
			Map.entry("enabled", "AutoConfigurationTests"), Map.entry("service-name", "AccessTests, RegistrationIT"),
			Map.entry("username", "ConnectionTests"), Map.entry("password", "ConnectionTests"),
			Map.entry("password-file", "ConnectionTests"), Map.entry("tls.ca-file", "ConnectionTests"),
			Map.entry("tls.cert-file", "ConnectionTests"), Map.entry("tls.key-file", "ConnectionTests"),
			Map.entry("ssl.bundle", "ConnectionTests"), Map.entry("fail-fast", "FailFastIT"),
			Map.entry("start-timeout", "FailFastIT"), Map.entry("registration.enabled", "AutoConfigurationTests"),
			Map.entry("registration.register-on", "RegistrationIT"),
			Map.entry("registration.follow-readiness", "ReadinessIT"),
			Map.entry("registration.ip-address", "OwnInstanceTests"),
			Map.entry("registration.hostname", "OwnInstanceTests"), Map.entry("registration.port", "OwnInstanceTests"),
			Map.entry("registration.prefer-hostname", "OwnInstanceTests"),
			Map.entry("registration.instance-id", "OwnInstanceTests"),
			Map.entry("registration.weight", "RegistrationIT"), Map.entry("registration.zone", "OwnInstanceTests"),
			Map.entry("registration.metadata", "OwnInstanceTests"),
			Map.entry("registration.secure", "OwnInstanceTests"),
			Map.entry("registration.include-management", "OwnInstanceTests"),
			Map.entry("registration.drain-delay", "ShutdownIT"),
			Map.entry("registration.health-group", "HealthGroupIT"),
			Map.entry("resolver.enabled", "AutoConfigurationTests"), Map.entry("resolver.aliases", "DiscoveryIT"),
			Map.entry("resolver.preload", "DiscoveryIT"),
			Map.entry("loadbalancer.disable-cache", "CacheOffByDefaultTests"),
			Map.entry("loadbalancer.weighted", "LoadBalancerIT"),
			Map.entry("loadbalancer.slow-start.window", "SlowStartIT"),
			Map.entry("loadbalancer.slow-start.min-share", "SlowStartTests"),
			Map.entry("loadbalancer.outlier-detection.enabled", "AutoConfigurationTests"));

	static {
		registry("ttl", RegistryOptions::ttl);
		registry("layouts", RegistryOptions::layouts);
		registry("removeOnClose", RegistryOptions::removeOnClose);
		registry("acceptEdits", RegistryOptions::acceptEdits);
		retry("registry", (beans) -> beans.getBean(RegistryOptions.class).retry());
		resolver("layouts", ResolverOptions::layouts);
		resolver("scope", ResolverOptions::scope);
		resolver("defaultWeight", ResolverOptions::defaultWeight);
		resolver("deniedAddresses", ResolverOptions::deniedAddresses);
		resolver("firstSnapshotTimeout", (options) -> options.timing().firstSnapshotTimeout());
		resolver("servicesRefresh", (options) -> options.timing().servicesRefresh());
		resolver("resyncInterval", (options) -> options.timing().resyncInterval());
		resolver("staleTimeout", (options) -> options.timing().staleTimeout());
		resolver("snapshotFile", (options) -> String.valueOf(options.snapshotFile()));
		resolver("guardEnabled", (options) -> options.guard().enabled());
		resolver("guardThreshold", (options) -> options.guard().threshold());
		resolver("guardMinInstances", (options) -> options.guard().minInstances());
		resolver("guardTtl", (options) -> options.guard().ttl());
		resolver("guardHold", (options) -> options.guard().hold());
		resolver("guardProbe", (options) -> options.guard().probe());
		retry("resolver", (beans) -> beans.getBean(ResolverOptions.class).timing().retry());
		client("endpoints", EtcdClientSettings::endpoints);
		client("connectTimeout", EtcdClientSettings::connectTimeout);
		client("requestTimeout", EtcdClientSettings::requestTimeout);
		client("authority", EtcdClientSettings::authority);
		outliers("consecutiveFailures", OutlierOptions::consecutiveFailures);
		outliers("statuses", OutlierOptions::statuses);
		outliers("probe", OutlierOptions::probe);
		outliers("duration", OutlierOptions::duration);
		outliers("maxEjected", OutlierOptions::maxEjected);
		OPTIONS.put("EtcdClient.requestTimeout", (beans) -> beans.getBean(EtcdClient.class).requestTimeout());
		OPTIONS.put("blocking.order", (beans) -> beans.getBean(EtcdDiscoveryClient.class).getOrder());
		OPTIONS.put("reactive.order", (beans) -> beans.getBean(EtcdReactiveDiscoveryClient.class).getOrder());
	}

	private static void registry(String name, Function<RegistryOptions, Object> option) {
		OPTIONS.put("registry." + name, (beans) -> option.apply(beans.getBean(RegistryOptions.class)));
	}

	private static void resolver(String name, Function<ResolverOptions, Object> option) {
		OPTIONS.put("resolver." + name, (beans) -> option.apply(beans.getBean(ResolverOptions.class)));
	}

	private static void outliers(String name, Function<OutlierOptions, Object> option) {
		OPTIONS.put("outliers." + name, (beans) -> option.apply(beans.getBean(OutlierOptions.class)));
	}

	private static void client(String name, Function<EtcdClientSettings, Object> option) {
		OPTIONS.put("client." + name, (beans) -> option.apply(beans.getBean(EtcdClientSettings.class)));
	}

	private static void retry(String owner, Function<BeanFactory, RetryOptions> retry) {
		OPTIONS.put(owner + ".maxAttemptTimes", (beans) -> retry.apply(beans).maxAttemptTimes());
		OPTIONS.put(owner + ".initialDelay", (beans) -> retry.apply(beans).initialDelay());
		OPTIONS.put(owner + ".retryDelay", (beans) -> retry.apply(beans).retryDelay());
		OPTIONS.put(owner + ".observeDelay", (beans) -> retry.apply(beans).observeDelay());
		OPTIONS.put(owner + ".stopWhenExhausted", (beans) -> retry.apply(beans).stopWhenExhausted());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "endpoints=127.0.0.1:1,[::1]:2 | client.endpoints | [127.0.0.1:1, [::1]:2]",
			"connect-timeout=4s | client.connectTimeout | PT4S", "request-timeout=5s | client.requestTimeout | PT5S",
			"request-timeout=5s | EtcdClient.requestTimeout | PT5S", "authority=etcd.example.org | client.authority |",
			"format=in-house | registry.layouts | [in-house under 'in-house']",
			"format=in-house | resolver.layouts | [in-house under 'in-house']",
			"prefix=our/own/ | registry.layouts | [kitex under 'our/own/']",
			"prefix= | resolver.layouts | [kitex under '']", "order=7 | blocking.order |", "order=7 | reactive.order |",
			"default-weight=0 | resolver.defaultWeight |", "registration.ttl=30s | registry.ttl | PT30S",
			"registration.deregister-on-shutdown=false | registry.removeOnClose |",
			"registration.accept-edits=false | registry.acceptEdits |",
			"retry.max-attempt-times=7 | registry.maxAttemptTimes |",
			"retry.initial-delay=1s | registry.initialDelay | PT1S",
			"retry.retry-delay=2s | registry.retryDelay | PT2S",
			"retry.observe-delay=3s | registry.observeDelay | PT3S",
			"retry.on-exhausted=stop | registry.stopWhenExhausted | true",
			"retry.on-exhausted=continue | registry.stopWhenExhausted | false",
			"retry.initial-delay=1s | resolver.initialDelay | PT1S",
			"retry.retry-delay=2s | resolver.retryDelay | PT2S",
			"retry.observe-delay=3s | resolver.observeDelay | PT3S",
			"resolver.scope=service | resolver.scope | SERVICE",
			"resolver.first-snapshot-timeout=0 | resolver.firstSnapshotTimeout | PT0S",
			"resolver.services-refresh=9s | resolver.servicesRefresh | PT9S",
			"resolver.denied-addresses=10.0.0.0/8,fd00::/8 | resolver.deniedAddresses | [10.0.0.0/8, fd00::/8]",
			"resolver.resync-interval=1m | resolver.resyncInterval | PT1M",
			"resolver.stale-timeout=2h | resolver.staleTimeout | PT2H",
			"resolver.snapshot-file=known/instances | resolver.snapshotFile |",
			"resolver.mass-loss-guard.enabled=false | resolver.guardEnabled |",
			"resolver.mass-loss-guard.threshold=7 | resolver.guardThreshold |",
			"resolver.mass-loss-guard.min-instances=9 | resolver.guardMinInstances |",
			"resolver.mass-loss-guard.hold=1m | resolver.guardHold | PT1M",
			"resolver.mass-loss-guard.probe=false | resolver.guardProbe |",
			"registration.ttl=20s | resolver.guardTtl | PT20S", "registration.ttl=20s | resolver.guardHold | PT40S",
			"loadbalancer.outlier-detection.consecutive-failures=3 | outliers.consecutiveFailures |",
			"loadbalancer.outlier-detection.statuses=500 | outliers.statuses | [500]",
			"loadbalancer.outlier-detection.probe=false | outliers.probe |",
			"loadbalancer.outlier-detection.duration=30s | outliers.duration | PT30S",
			"loadbalancer.outlier-detection.max-ejected=10 | outliers.maxEjected |" })
	void aPropertyIsTheOptionOfCore(String setting, String option, String expected) {
		String value = (expected != null) ? expected : setting.substring(setting.indexOf('=') + 1);
		assertThat(ROWS).contains(setting.substring(0, setting.indexOf('=')));
		Contexts.provider()
			.withBean("in-house", InHouseCodec.class)
			.withPropertyValues("etcd.discovery." + setting)
			.run((context) -> assertThat(OPTIONS.get(option).apply(context)).asString().isEqualTo(value));
	}

	@Test
	void eachLayoutIsRegisteredAndDiscoveredAsItSays() {
		Contexts.provider()
			.withBean("in-house", InHouseCodec.class)
			.withPropertyValues("etcd.discovery.layouts[0].format=kitex", "etcd.discovery.layouts[0].prefix=a",
					"etcd.discovery.layouts[0].register=false", "etcd.discovery.layouts[1].format=in-house",
					"etcd.discovery.layouts[1].discover=false", "etcd.discovery.layouts[2].prefix=c")
			.run((context) -> {
				assertThat(context.getBean(RegistryOptions.class).layouts()).extracting(Layout::toString)
					.containsExactly("in-house under 'in-house'", "kitex under 'c'");
				assertThat(context.getBean(ResolverOptions.class).layouts()).extracting(Layout::toString)
					.containsExactly("kitex under 'a'", "kitex under 'c'");
			});
	}

	@Test
	void whatVanishesIsJudgedByTheTimeToLiveAlsoWhereNothingIsRegistered() {
		Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.ttl=20s", "spring.cloud.service-registry.enabled=false")
			.run((context) -> assertThat(context.getBean(ResolverOptions.class).guard().hold()).hasSeconds(40));
	}

	@Test
	void thePrefixesAndTheDefaultWeightInUseCanBeRead() {
		Contexts.provider().run((context) -> {
			ResolverOptions resolver = context.getBean(ResolverOptions.class);
			assertThat(resolver.layouts()).extracting(Layout::prefix).containsExactly("kitex/registry-etcd");
			assertThat(resolver.defaultWeight()).isEqualTo(10);
			assertThat(context.getBean(RegistryOptions.class).layouts()).isEqualTo(resolver.layouts());
		});
		Contexts.provider()
			.withPropertyValues("etcd.discovery.prefix=our/own", "etcd.discovery.default-weight=3")
			.run((context) -> {
				ResolverOptions resolver = context.getBean(ResolverOptions.class);
				assertThat(resolver.layouts()).extracting(Layout::prefix).containsExactly("our/own");
				assertThat(resolver.defaultWeight()).isEqualTo(3);
				assertThat(context.getBean(RegistryOptions.class).layouts()).isEqualTo(resolver.layouts());
			});
	}

	@Test
	void withoutPropertiesEverythingIsCoresDefault() {
		Contexts.provider().run((context) -> {
			assertThat(context.getBean(RegistryOptions.class)).usingRecursiveComparison()
				.ignoringFields("observer", "layouts.codec")
				.isEqualTo(RegistryOptions.defaults().withEdits(true, OwnInstance.GENERATED_TAGS));
			assertThat(context.getBean(ResolverOptions.class)).usingRecursiveComparison()
				.ignoringFields("observer", "layouts.codec")
				.isEqualTo(ResolverOptions.defaults());
			EtcdClientSettings settings = context.getBean(EtcdClientSettings.class);
			assertThat(settings).isEqualTo(EtcdClientSettings.of(settings.endpoints()));
			assertThat(context.getBean(OutlierOptions.class)).isEqualTo(OutlierOptions.defaults());
		});
	}

	/** The properties of the rows above. */
	private static final Set<String> ROWS = rows();

	private static Set<String> rows() {
		try {
			return Arrays
				.stream(PropertyWiringTests.class
					.getDeclaredMethod("aPropertyIsTheOptionOfCore", String.class, String.class, String.class)
					.getAnnotation(CsvSource.class)
					.value())
				.map((row) -> row.substring(0, row.indexOf('=')))
				.collect(Collectors.toSet());
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void noPropertyIsForgotten() {
		Set<String> forgotten = new TreeSet<>(Metadata.read().properties().keySet());
		forgotten.removeIf((name) -> !name.startsWith("etcd.discovery."));
		List.of(ROWS, SHOWN_ELSEWHERE.keySet(), Set.of("layouts"))
			.forEach((known) -> known.forEach((name) -> forgotten.remove("etcd.discovery." + name)));
		assertThat(forgotten).isEmpty();
	}

}
