package io.github.etcddiscovery.interop;

import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One Spring application in three formats at once: Go clients of each find it, and it
 * finds the servers of each.
 */
@WithGo
class SpringPeersIT {

	private static final String SERVICE = "interop.spring";

	static final List<Format> FORMATS = List.of(Format.KITEX, Format.GO_KIT, Format.GRPC);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private ConfigurableApplicationContext application;

	@BeforeEach
	void start() {
		this.application = new SpringApplicationBuilder(Application.class)
			.properties("spring.main.banner-mode=off", "spring.application.name=" + SERVICE, "server.address=127.0.0.1",
					"server.port=0", "etcd.discovery.endpoints=" + etcd.endpoint(),
					"etcd.discovery.layouts[0].format=kitex", "etcd.discovery.layouts[1].format=go-kit",
					"etcd.discovery.layouts[2].format=grpc", "etcd.discovery.registration.weight=20",
					"etcd.discovery.registration.zone=b", "etcd.discovery.registration.drain-delay=0",
					"etcd.discovery.resolver.aliases.aliased=interop/aliased")
			.run();
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@ParameterizedTest
	@FieldSource("FORMATS")
	void goClientFindsTheApplicationAndSeesItLeave(Format format, GoPrograms go) throws Exception {
		try (Scene scene = new Scene(format.named(SERVICE), go, etcd.endpoint())) {
			PeerProcess client = scene.goClient();
			client.awaitInstances((all) -> all.contains("127.0.0.1:" + port())
					&& (!carriesTags(format) || all.contains(format.change().goSees())));
			this.application.close();
			client.awaitInstances(String::isEmpty);
		}
	}

	@Test
	void goKitCallsAController(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.GO_KIT.named(SERVICE), go, etcd.endpoint())) {
			PeerProcess client = scene.goClient();
			client.awaitInstances((all) -> all.contains("127.0.0.1:" + port()));
			assertThat(client.call("hello")).isEqualTo("answer spring: hello");
		}
	}

	@ParameterizedTest
	@FieldSource("FORMATS")
	void discoveryClientFindsGoServersAndSeesThemLeave(Format format, GoPrograms go) throws Exception {
		try (Scene scene = new Scene(format.fresh(), go, etcd.endpoint())) {
			PeerProcess server = scene.goServer("127.0.0.1", "-tag=zone=a");
			String address = server.await("registered");
			ServiceInstance found = Scene.patiently().until(() -> instances(scene), (all) -> !all.isEmpty()).get(0);
			assertThat(found.getHost() + ":" + found.getPort()).isEqualTo(address);
			assertThat(found.getMetadata().get("zone")).isEqualTo(carriesTags(format) ? "a" : null);
			Instance instance = Instance.of(scene.service(), found.getHost(), found.getPort());
			assertThat(format.protocol().call(instance, "hello")).isEqualTo("go: hello");

			server.send("deregister");
			Scene.patiently().until(() -> instances(scene).isEmpty());
		}
	}

	@Test
	void loadBalancedClientCallsAGoKitServerByAnAlias(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.GO_KIT.named("interop/aliased"), go, etcd.endpoint())) {
			scene.goServer("127.0.0.1").await("registered");
			Scene.patiently().until(() -> !instances(scene).isEmpty());
			RestClient client = this.application.getBean(RestClient.Builder.class).build();
			assertThat(client.get().uri("http://aliased/say?text=hello").retrieve().body(String.class))
				.isEqualTo("go: hello");
		}
	}

	private List<ServiceInstance> instances(Scene scene) {
		return this.application.getBean(DiscoveryClient.class).getInstances(scene.service());
	}

	/** A go-kit value is a URL, and that is all. */
	private static boolean carriesTags(Format format) {
		return !format.equals(Format.GO_KIT);
	}

	private String port() {
		return this.application.getEnvironment().getProperty("local.server.port");
	}

	@SpringBootApplication
	@RestController
	static class Application {

		@GetMapping("/say")
		String say(@RequestParam String text) {
			return "spring: " + text;
		}

		@Bean
		@LoadBalanced
		RestClient.Builder restClientBuilder() {
			return RestClient.builder();
		}

	}

}
