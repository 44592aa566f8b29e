package io.github.etcddiscovery.interop;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only a real go-zero can show.
 */
@WithGo
@Tag("long")
class GoZeroPeerIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void pausedPublisherIsOutAndBackWhenItIsResumed(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.GO_ZERO.fresh(), go, etcd.endpoint())) {
			EtcdResolver resolver = scene.resolver();
			PeerProcess server = scene.goServer("127.0.0.1");
			String address = server.await("registered");
			Scene.patiently().until(() -> scene.instances(resolver).size() == 1);

			server.send("pause");
			Scene.patiently().until(() -> scene.instances(resolver).isEmpty());
			server.send("resume");
			List<Instance> back = Scene.patiently().until(() -> scene.instances(resolver), (all) -> !all.isEmpty());
			assertThat(back).extracting(Instance::address).containsExactly(address);
		}
	}

	@Test
	void publisherThatComesBackUnderAnotherKeyIsStillOneInstance(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.GO_ZERO.fresh(), go, etcd.endpoint())) {
			EtcdResolver resolver = scene.resolver();
			String address = scene.goServer("127.0.0.1").await("registered");
			String key = key(scene.service());

			etcd.revoke(Long.parseLong(key.substring(key.indexOf('/') + 1)));
			Scene.patiently().until(() -> key(scene.service()), (now) -> !now.isEmpty() && !now.equals(key));
			Scene.patiently().until(() -> scene.instances(resolver).size() == 1);
			assertThat(scene.instances(resolver)).extracting(Instance::address).containsExactly(address);
		}
	}

	@Test
	void keysBelowAKeyThatGoZeroDeliversAreNoneOfOurs(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.GO_ZERO.fresh(), go, etcd.endpoint())) {
			etcd.put(scene.service() + "/1/nested", "10.9.8.7:1");
			etcd.put(scene.service() + "/2", "");
			Registration server = scene.javaServer("127.0.0.1");
			server.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);

			PeerProcess client = scene.goClient();
			client.awaitInstances((all) -> all.contains("10.9.8.7:1") && all.contains(server.instance().address()));
			EtcdResolver resolver = scene.resolver();
			List<Instance> found = Scene.patiently().until(() -> scene.instances(resolver), (all) -> !all.isEmpty());
			assertThat(found).extracting(Instance::address).containsExactly(server.instance().address());
			etcd.delete(scene.service() + "/1/nested");
			etcd.delete(scene.service() + "/2");
			assertThat(key(scene.service())).matches(Pattern.quote(scene.service()) + "/[1-9][0-9]*");
		}
	}

	/** The key of a service that has one instance. */
	private static String key(String service) {
		return etcd.etcdctl("get", "--prefix", "--keys-only", service + "/").strip();
	}

}
