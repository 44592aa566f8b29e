package io.github.etcddiscovery.spring.actuate;

import java.net.http.HttpResponse;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.HttpCaller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may POST to the endpoint etcddiscovery, and where. Apart from
 * {@link EndpointPostIT}: an application that ends takes the threads of Reactor Netty
 * from a reactive one beside it.
 */
class EndpointAccessIT {

	private static final String PATH = "/actuator/etcddiscovery";

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void readOnlyLeavesGet() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("management.endpoint.etcddiscovery.access=read-only")
			.run()) {
			assertThat(new OwnRegistration(etcd, context).post("{\"weight\":7}").statusCode()).isEqualTo(405);
			assertThat(new ActuatorClient(context).json(PATH)).containsKey("registrations");
		}
	}

	@Test
	void aManagementServerOfItsOwnTakesThemUnderItsPath() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("management.server.port=0", "management.endpoints.web.base-path=/manage",
					"management.endpoints.web.path-mapping.etcddiscovery=registry")
			.run()) {
			OwnRegistration own = new OwnRegistration(etcd, context);
			own.awaitRegistered();
			String port = context.getEnvironment().getProperty("local.management.port");
			HttpResponse<String> response = HttpCaller.post("http://127.0.0.1:" + port + "/manage/registry",
					"{\"weight\":7}");
			assertThat(response.statusCode()).isEqualTo(204);
			own.awaitValue("\"weight\":7");
			assertThat(own.post("/manage/registry", "{\"weight\":8}").statusCode()).isEqualTo(404);
		}
	}

	@Test
	void editsThatAreNotAcceptedArePutBack() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.accept-edits=false")
			.run()) {
			OwnRegistration own = new OwnRegistration(etcd, context);
			own.awaitRegistered();
			own.editWithEtcdctl();
			own.awaitValue("\"weight\":10");
		}
	}

}
