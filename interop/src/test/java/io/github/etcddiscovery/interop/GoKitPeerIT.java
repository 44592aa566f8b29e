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
		try (Scene scene = new Scene(Format.GO_KIT.fresh(), go, etcd.endpoint())) {
			EtcdResolver resolver = scene.resolver();
			PeerProcess goServer = scene.goServer("127.0.0.1", "-tag=suffix=");
			String address = goServer.await("registered");
			assertThat(etcd.get("/services/" + scene.service() + "/")).hasValue("http://" + address);

			Instance found = Scene.patiently().until(() -> scene.instances(resolver), (all) -> !all.isEmpty()).get(0);
			assertThat(Format.GO_KIT.protocol().call(found, "hello")).isEqualTo("go: hello");

			Registration server = scene.javaServer("127.0.0.1");
			server.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
			goServer.send("deregister");
			goServer.await("deregistered");
			PeerProcess client = scene.goClient();
			client.awaitInstances(("http://" + server.instance().address())::equals);
			Scene.patiently().until(() -> client.call("hello"), "answer java: hello"::equals);
		}
	}

}
