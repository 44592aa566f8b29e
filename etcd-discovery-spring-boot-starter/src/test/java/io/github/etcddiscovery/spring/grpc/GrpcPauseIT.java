package io.github.etcddiscovery.spring.grpc;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import io.github.etcddiscovery.test.EtcdExtension;
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

	private static String key(EtcdRegistration registration) {
		return TestApplication.key("echo", registration.getPort());
	}

}
