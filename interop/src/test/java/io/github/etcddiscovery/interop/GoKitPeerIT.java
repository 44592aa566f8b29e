package io.github.etcddiscovery.interop;

import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only a real go-kit can show.
 */
@WithGo
@Tag("long")
class GoKitPeerIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void keyThatAllInstancesShareIsFoundAndCalledAndNeverWritten(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.GO_KIT, go, etcd.endpoint())) {
			EtcdResolver resolver = scene.resolver();
			PeerProcess goServer = scene.goServer("127.0.0.1", "-tag=suffix=");
			String address = goServer.await("registered");
			assertThat(etcd.get("/services/interop/go-kit/")).hasValue("http://" + address);

			Instance found = Scene.patiently().until(() -> scene.instances(resolver), (all) -> !all.isEmpty()).get(0);
			assertThat(Format.GO_KIT.protocol().call(found, "hello")).isEqualTo("go: hello");

			Registration server = scene.javaServer("127.0.0.1");
			server.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
			goServer.send("deregister");
			goServer.await("deregistered");
			PeerProcess client = scene.goClient();
			client.awaitInstances(("http://" + server.instance().address())::equals);
			assertThat(client.call("hello")).isEqualTo("answer java: hello");
		}
	}

	@Test
	void g1AfterALostLeaseGoKitStaysAwayAndWeAreBack(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.GO_KIT, go, etcd.endpoint())) {
			String address = scene.goServer("127.0.0.1").await("registered");
			Registration server = scene.javaServer("127.0.0.1");
			server.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
			PeerProcess client = scene.goClient();
			client.awaitInstances((all) -> all.contains(address) && all.contains(server.instance().address()));

			for (String lease : etcd.etcdctl("lease", "list").lines().skip(1).toList()) {
				etcd.revoke(Long.parseUnsignedLong(lease, 16));
			}
			client.awaitInstances(("http://" + server.instance().address())::equals);
			assertThat(etcd.etcdctl("get", "--prefix", "--keys-only", "/services/")).doesNotContain(address);
		}
	}

}
