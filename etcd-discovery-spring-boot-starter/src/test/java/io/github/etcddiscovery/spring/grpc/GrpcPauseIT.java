package io.github.etcddiscovery.spring.grpc;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

import static org.assertj.core.api.Assertions.assertThat;

/** Spring's tests pause the contexts that they keep, which stops the gRPC server. */
class GrpcPauseIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aServerThatIsPausedLeavesAndComesBackWithItsNewPort(boolean web) {
		TestApplication application = TestApplication.with(etcd)
			.and(EchoService.Server.class)
			.set("spring.grpc.server.port=0", "spring.grpc.server.address=127.0.0.1");
		try (ConfigurableApplicationContext context = (web ? application : application.withoutWeb()).run()) {
			EtcdRegistration registration = context.getBean(EtcdRegistration.class);
			String before = key(registration);
			TestApplication.awaitRegistered(etcd, before);
			context.pause();
			assertThat(etcd.get(before)).isEmpty();
			context.restart();
			int port = context.getBean("nettyGrpcServerLifecycle", GrpcServerLifecycle.class).getPort();
			TestApplication.awaitRegistered(etcd, key(registration));
			if (web) {
				assertThat(registration.getMetadata()).containsEntry("grpc.port", String.valueOf(port));
			}
			else {
				assertThat(registration.getPort()).isEqualTo(port);
			}
		}
	}

	/** Kept is what the end of the application leaves, not a server that has stopped. */
	@Test
	void aServerThatIsPausedLeavesWhereItsKeyStaysOnShutdown() {
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.and(EchoService.Server.class)
			.withoutWeb()
			.set("spring.application.name=kept", "spring.grpc.server.port=0", "spring.grpc.server.address=127.0.0.1",
					"etcd.discovery.registration.deregister-on-shutdown=false")
			.run();
		EtcdRegistration registration = context.getBean(EtcdRegistration.class);
		TestApplication.awaitRegistered(etcd, TestApplication.key("kept", registration.getPort()));
		context.pause();
		assertThat(keysOf("kept")).isEmpty();
		context.restart();
		String key = TestApplication.key("kept", registration.getPort());
		TestApplication.awaitRegistered(etcd, key);
		context.close();
		assertThat(keysOf("kept")).isEqualTo(key);
	}

	private static String keysOf(String service) {
		return etcd.etcdctl("get", "--prefix", "--keys-only", "kitex/registry-etcd/" + service + "/").strip();
	}

	private static String key(EtcdRegistration registration) {
		return TestApplication.key("echo", registration.getPort());
	}

}
