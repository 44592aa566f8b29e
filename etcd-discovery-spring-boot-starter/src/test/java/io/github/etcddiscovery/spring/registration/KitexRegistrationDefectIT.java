package io.github.etcddiscovery.spring.registration;

import java.time.Duration;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.github.etcddiscovery.test.tls.EtcdCertificates;
import io.github.etcddiscovery.test.tls.EtcdTls;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Defects of Kitex's {@code registry-etcd} that need an etcd to show what happens here
 * instead.
 */
class KitexRegistrationDefectIT {

	private static final String VARIABLE = "KITEX_IP_TO_REGISTRY";

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@AfterEach
	void empty() {
		System.clearProperty(VARIABLE);
		etcd.etcdctl("del", "--from-key", "");
	}

	/**
	 * Kitex computes the address anew, without the fixed one, and deletes another key.
	 */
	@Test
	void d09AFixedAddressIsTheOneThatIsRemovedToo() {
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.ip-address=10.0.0.5", "etcd.discovery.registration.port=8888")
			.run();
		String key = "kitex/registry-etcd/echo/10.0.0.5:8888";
		TestApplication.awaitRegistered(etcd, key);
		context.close();

		assertThat(etcd.get(key)).isEmpty();
	}

	@Test
	void d27AVariableThatChangesMeanwhileChangesNothing() {
		System.setProperty(VARIABLE, "10.0.0.5");
		ConfigurableApplicationContext context = TestApplication.with(etcd).run();
		String key = "kitex/registry-etcd/echo/10.0.0.5:" + TestApplication.port(context);
		TestApplication.awaitRegistered(etcd, key);
		System.setProperty(VARIABLE, "10.0.0.6");
		etcd.put(key.replace("10.0.0.5", "10.0.0.6"), "another instance's");
		context.close();

		assertThat(etcd.get(key)).isEmpty();
		assertThat(etcd.get(key.replace("10.0.0.5", "10.0.0.6"))).contains("another instance's");
	}

	/** The same for go-kit: there is no TLS without a certificate of one's own. */
	@Test
	void d18AndG7TheAuthorityAloneIsEnoughAndTheNameOfTheServerCanBeSaid() {
		EtcdTls tls = EtcdTls.of(EtcdCertificates.shared())
			.presenting(EtcdCertificates.shared().serverFor("etcd.example"));
		try (EtcdCluster secured = EtcdCluster.create(EtcdSettings.defaults().withTls(tls)).start();
				ConfigurableApplicationContext context = TestApplication.with(secured)
					.set("etcd.discovery.tls.ca-file=" + secured.certificates().ca(),
							"etcd.discovery.authority=etcd.example")
					.run()) {
			TestApplication.awaitRegistered(secured, TestApplication.key(context));
		}
	}

	/**
	 * What v0.2.3 and v0.2.4 wrote with retry, and the deprecated constructors of all.
	 */
	@Test
	void d29InstancesUnderTheEmptyPrefixAreFoundBesideTheOthers() {
		TestApplication.put(etcd, "music", 1, 10);
		etcd.put("/music/127.0.0.1:2", "{\"network\":\"tcp\",\"address\":\"127.0.0.1:2\",\"weight\":0,\"tags\":null}");
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.clientOnly()
			.set("etcd.discovery.layouts[0].format=kitex", "etcd.discovery.layouts[1].format=kitex",
					"etcd.discovery.layouts[1].prefix=")
			.run()) {
			DiscoveryClient client = context.getBean(DiscoveryClient.class);
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> client.getInstances("music").size() == 2);
			assertThat(client.getInstances("music")).extracting(ServiceInstance::getPort).containsExactly(1, 2);
			assertThat(client.getInstances("music").get(1).getMetadata()).containsEntry("weight", "10");
		}
	}

}
