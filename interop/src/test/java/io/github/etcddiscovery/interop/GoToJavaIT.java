package io.github.etcddiscovery.interop;

import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Go server registers by its own registry, and Java finds and calls it.
 */
@WithGo
class GoToJavaIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@ParameterizedTest
	@FieldSource("io.github.etcddiscovery.interop.Format#ALL")
	void javaFindsAndCallsAGoServerAndSeesItChangeAndLeave(Format format, GoPrograms go) throws Exception {
		roundTrip(format, go, "127.0.0.1");
	}

	@ParameterizedTest
	@FieldSource("io.github.etcddiscovery.interop.Format#ALL")
	@Tag("long")
	void javaFindsAndCallsAGoServerAtAnIpv6Address(Format format, GoPrograms go) throws Exception {
		roundTrip(format, go, "::1");
	}

	private static void roundTrip(Format format, GoPrograms go, String host) throws Exception {
		try (Scene scene = new Scene(format.fresh(), go, etcd.endpoint())) {
			EtcdResolver resolver = scene.resolver();
			PeerProcess server = scene.goServer(host);
			String address = server.await("registered");

			Instance found = theOne(scene, resolver);
			assertThat(found.address()).isEqualTo(address);
			assertThat(format.protocol().call(found, "hello")).isEqualTo("go: hello");

			if (format.change() != null) {
				server.send("update " + format.change().goDoes());
				server.await("updated");
				Scene.patiently().until(() -> scene.instances(resolver).stream().anyMatch(format.change().javaSees()));
			}

			server.send("deregister");
			server.await("deregistered");
			Scene.patiently().until(() -> scene.instances(resolver).isEmpty());
		}
	}

	@ParameterizedTest
	@FieldSource("io.github.etcddiscovery.interop.Format#ALL")
	@Tag("long")
	void killedGoServerIsGoneWhenItsLeaseHasEnded(Format format, GoPrograms go) throws Exception {
		try (Scene scene = new Scene(format.fresh(), go, etcd.endpoint())) {
			EtcdResolver resolver = scene.resolver();
			PeerProcess server = scene.goServer("127.0.0.1");
			server.await("registered");
			theOne(scene, resolver);

			server.kill();
			assertThat(scene.instances(resolver)).hasSize(1);
			Scene.patiently().until(() -> scene.instances(resolver).isEmpty());
			assertThat(etcd.etcdctl("get", "--prefix", "--keys-only", "")).doesNotContain(scene.service() + "/");
		}
	}

	private static Instance theOne(Scene scene, EtcdResolver resolver) {
		List<Instance> found = Scene.patiently().until(() -> scene.instances(resolver), (all) -> !all.isEmpty());
		assertThat(found).hasSize(1);
		return found.get(0);
	}

}
