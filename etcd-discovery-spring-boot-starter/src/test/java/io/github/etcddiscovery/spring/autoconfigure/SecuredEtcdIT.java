package io.github.etcddiscovery.spring.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.RegistrationState;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.spring.actuate.EtcdHealthIndicator;
import io.github.etcddiscovery.test.EtcdAuth;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdSettings;
import io.github.etcddiscovery.test.tls.PemFiles;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.health.contributor.Status;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class SecuredEtcdIT {

	@TempDir
	private Path folder;

	@Test
	void registersByMutualTlsWithPemFiles() {
		try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withMutualTls()).start()) {
			PemFiles client = etcd.certificates().client("alice");
			try (ConfigurableApplicationContext context = TestApplication.with(etcd)
				.set("etcd.discovery.tls.ca-file=" + etcd.certificates().ca(),
						"etcd.discovery.tls.cert-file=" + client.certificate(),
						"etcd.discovery.tls.key-file=" + client.key())
				.run()) {
				TestApplication.awaitRegistered(etcd, TestApplication.key(context));
			}
		}
	}

	@Test
	void registersByTlsWithABundleOfBoot() {
		try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withTls()).start();
				ConfigurableApplicationContext context = TestApplication.with(etcd)
					.set("spring.ssl.bundle.pem.etcd.truststore.certificate=" + etcd.certificates().ca().toUri(),
							"etcd.discovery.ssl.bundle=etcd")
					.run()) {
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		}
	}

	/** The role is that of docs/operations.md. */
	@Test
	void aUserWithTheRoleOfTheDocumentationRegistersAndDiscoversAndNobodyElseDoes() {
		try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withRootPassword("root")).start()) {
			etcd.auth().addRole("echo");
			etcd.auth().grantPrefix("echo", EtcdAuth.Access.READWRITE, "kitex/registry-etcd/echo/");
			etcd.auth().grantPrefix("echo", EtcdAuth.Access.READ, "kitex/registry-etcd/");
			etcd.auth().addUser("alice", "secret", "echo");
			try (ConfigurableApplicationContext context = TestApplication.with(etcd)
				.set("etcd.discovery.username=alice", "etcd.discovery.password=secret")
				.run(); ConfigurableApplicationContext nobody = TestApplication.with(etcd).run()) {
				TestApplication.awaitRegistered(etcd, TestApplication.key(context));
				DiscoveryClient discovery = context.getBean(DiscoveryClient.class);
				Awaitility.await()
					.atMost(Duration.ofSeconds(10))
					.until(() -> !discovery.getInstances("echo").isEmpty());
				EtcdRegistry registry = nobody.getBean(EtcdRegistry.class);
				Awaitility.await()
					.atMost(Duration.ofSeconds(10))
					.until(() -> registry.registrations().get(0).state() == RegistrationState.DENIED);
				assertThat(nobody.getBean(DiscoveryClient.class).getInstances("echo")).isEmpty();
				assertThat(discovery.getInstances("echo")).extracting(ServiceInstance::getPort)
					.containsExactly(TestApplication.port(context));
			}
		}
	}

	@Test
	void aPasswordThatIsRotatedInItsFileHealsWithoutRestart() throws IOException {
		Path file = Files.writeString(this.folder.resolve("password"), "wrong");
		try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withRootPassword("root")).start()) {
			etcd.auth().addRole("registrar");
			etcd.auth().grantPrefix("registrar", EtcdAuth.Access.READWRITE, "kitex/registry-etcd/");
			etcd.auth().addUser("alice", "right", "registrar");
			try (ConfigurableApplicationContext context = TestApplication.with(etcd)
				.set("etcd.discovery.username=alice", "etcd.discovery.password-file=" + file,
						"etcd.discovery.retry.retry-delay=500ms", "etcd.discovery.retry.observe-delay=1s")
				.run()) {
				EtcdRegistry registry = context.getBean(EtcdRegistry.class);
				Awaitility.await()
					.atMost(Duration.ofSeconds(10))
					.until(() -> registry.registrations().get(0).state() == RegistrationState.DENIED);
				assertThat(context.getBean(EtcdHealthIndicator.class).health().getStatus()).isEqualTo(Status.DOWN);
				Files.writeString(file, "right");
				TestApplication.awaitRegistered(etcd, TestApplication.key(context));
				Awaitility.await()
					.atMost(Duration.ofSeconds(5))
					.until(() -> context.getBean(EtcdHealthIndicator.class).health().getStatus().equals(Status.UP));
			}
		}
	}

}
