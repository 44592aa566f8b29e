package io.github.etcddiscovery.spring.registration;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring's tests pause the contexts that they keep, which leaves the web server alone.
 */
class PausedContextIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void staysInTheRegistryForItsWebServerGoesOn() {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd).run()) {
			String key = TestApplication.key(context);
			TestApplication.awaitRegistered(etcd, key);
			String before = etcd.etcdctl("get", key, "-w=json");
			context.pause();
			context.restart();
			assertThat(etcd.etcdctl("get", key, "-w=json")).isEqualTo(before);
		}
	}

}
