package io.github.etcddiscovery.spring.actuate;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** POSTs to the endpoint etcddiscovery, on both kinds of web server. */
@ExtendWith(OutputCaptureExtension.class)
class EndpointPostIT {

	private static final String PATH = "/actuator/etcddiscovery";

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	/** No other reactive one may end beside: all share the threads of Reactor Netty. */
	private static final List<ConfigurableApplicationContext> applications = new ArrayList<>();

	@BeforeAll
	static void start() {
		for (boolean reactive : List.of(false, true)) {
			applications.add(
					application(reactive)
						.set("etcd.discovery.registration.secure=true", "etcd.discovery.registration.zone=a",
								"etcd.discovery.registration.metadata.version=1")
						.run());
		}
	}

	@AfterAll
	static void close() {
		applications.forEach(ConfigurableApplicationContext::close);
	}

	@ParameterizedTest(autoCloseArguments = false)
	@FieldSource("applications")
	void weightMetadataAndStatusChangeTheOwnRegistration(ConfigurableApplicationContext context,
			CapturedOutput output) {
		OwnRegistration own = new OwnRegistration(etcd, context);
		own.awaitRegistered();
		assertThat(own.post("{\"weight\":17}").statusCode()).isEqualTo(204);
		own.awaitValue("\"weight\":17");
		assertThat(own.post("{\"metadata\":{\"zone\":\"c\",\"version\":null}}").statusCode()).isEqualTo(204);
		own.awaitValue("\"zone\":\"c\"");
		assertThat(output).contains("has posted 'metadata'").doesNotContain("\"zone\":\"c\"");
		assertThat(etcd.get(own.key()).orElse("")).contains("\"weight\":17").doesNotContain("version");
		own.post("{\"status\":\"OUT_OF_SERVICE\"}");
		TestApplication.awaitGone(etcd, own.key());
		own.post("{\"status\":\"UP\"}");
		own.awaitRegistered();
		assertThat(new ActuatorClient(context).json(PATH)).as("GET is as before").containsKey("registrations");
	}

	@ParameterizedTest(autoCloseArguments = false)
	@FieldSource("applications")
	void whatCannotBeIsA400ThatSaysWhatIsExpected(ConfigurableApplicationContext context) {
		Map<String, String> wrong = Map.of("{\"weight\":0}", "1 to 1000", "{\"weight\":\"x\"}", "1 to 1000",
				"{\"metadata\":{\"secure\":\"false\"}}", "secure", "{\"status\":\"FOO\"}", "OUT_OF_SERVICE", "{}",
				"eject, metadata, return, status, weight", "", "eject, metadata, return, status, weight",
				"{\"weight\":5,\"status\":\"UP\"}", "one of", "no json", "no JSON object", "null", "no JSON object",
				"{\"colour\":1}", "weight");
		wrong.forEach((body, expected) -> {
			HttpResponse<String> response = new OwnRegistration(etcd, context).post(body);
			assertThat(response.statusCode()).as(body).isEqualTo(400);
			assertThat(response.body()).contains(expected);
		});
	}

	@Test
	void whatIsPostedIsSeenByCallersAndStaysThroughALossOfTheLeaseAndAWipedEtcd() {
		ConfigurableApplicationContext context = applications.get(0);
		OwnRegistration own = new OwnRegistration(etcd, context);
		own.awaitRegistered();
		own.post("{\"weight\":19}");
		own.post("{\"metadata\":{\"zone\":\"d\",\"colour\":\"green\"}}");
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));
				EtcdResolver caller = EtcdResolver.create(client, ResolverOptions.defaults())) {
			awaitSeen(caller, context);
			etcd.cluster().revoke(context.getBean(EtcdRegistry.class).lease().id());
			own.awaitRegistered();
			awaitSeen(caller, context);
			etcd.cluster().wipe();
			own.awaitRegistered();
			awaitSeen(caller, context);
		}
	}

	/** A list that a caller keeps from before a loss would prove nothing. */
	private static void awaitSeen(EtcdResolver caller, ConfigurableApplicationContext context) {
		long lease = context.getBean(EtcdRegistry.class).lease().id();
		Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
			ServiceSnapshot seen = caller.snapshot("echo");
			int own = seen.instances().stream().map(Instance::port).toList().indexOf(TestApplication.port(context));
			assertThat(own).isNotNegative();
			assertThat(seen.discovered(own).lease()).isEqualTo(lease);
			assertThat(seen.instances().get(own).weight()).isEqualTo(19);
			assertThat(seen.instances().get(own).tags()).containsEntry("zone", "d")
				.containsEntry("colour", "green")
				.containsEntry("secure", "true");
		});
	}

	@ParameterizedTest(autoCloseArguments = false)
	@FieldSource("applications")
	@SuppressWarnings("unchecked")
	void anEditWithEtcdctlIsShownAndKeepsTls(ConfigurableApplicationContext context) {
		OwnRegistration own = new OwnRegistration(etcd, context);
		own.awaitRegistered();
		own.editWithEtcdctl();
		own.awaitValue("\"weight\":7", "\"secure\":\"true\"");
		assertThat((List<Map<String, Object>>) new ActuatorClient(context).json(PATH).get("registrations"))
			.singleElement()
			.satisfies((registration) -> assertThat(registration.get("edited"))
				.asInstanceOf(InstanceOfAssertFactories.LIST)
				.contains("weight", "zone"))
			.satisfies((registration) -> assertThat(registration).containsEntry("state", "REGISTERED"));
	}

	private static TestApplication application(boolean reactive) {
		TestApplication application = TestApplication.with(etcd);
		return reactive ? application.reactive() : application;
	}

}
