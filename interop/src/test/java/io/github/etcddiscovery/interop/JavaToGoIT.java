package io.github.etcddiscovery.interop;

import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Java server is registered here, and a Go client finds and calls it by its own
 * resolver.
 */
@WithGo
class JavaToGoIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@ParameterizedTest
	@FieldSource("io.github.etcddiscovery.interop.Format#ALL")
	void goFindsAndCallsAJavaServerAndSeesItChangeAndLeave(Format format, GoPrograms go) throws Exception {
		roundTrip(format, go, "127.0.0.1");
	}

	@ParameterizedTest
	@FieldSource("io.github.etcddiscovery.interop.Format#ALL")
	@Tag("long")
	void goFindsAndCallsAJavaServerAtAnIpv6Address(Format format, GoPrograms go) throws Exception {
		roundTrip(format, go, "::1");
	}

	private static void roundTrip(Format format, GoPrograms go, String host) throws Exception {
		try (Scene scene = new Scene(format.fresh(), go, etcd.endpoint())) {
			PeerProcess client = scene.goClient();
			Registration server = scene.javaServer(host);
			String address = server.instance().address();
			server.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);

			client.awaitInstances((all) -> all.contains(address));
			assertThat(client.call("hello")).isEqualTo("answer java: hello");

			if (format.change() != null) {
				server.update(format.change().javaDoes());
				client.awaitInstances((all) -> all.contains(format.change().goSees()));
			}

			server.close();
			client.awaitInstances(String::isEmpty);
		}
	}

	@ParameterizedTest
	@FieldSource("io.github.etcddiscovery.interop.Format#ALL")
	@Tag("long")
	void killedJavaServerIsGoneWhenItsLeaseHasEnded(Format format, GoPrograms go) throws Exception {
		try (Scene scene = new Scene(format.fresh(), go, etcd.endpoint());
				PeerProcess server = JavaPeer.start(format, scene.service(), etcd.endpoint())) {
			PeerProcess client = scene.goClient();
			String address = server.await("registered");
			client.awaitInstances((all) -> all.contains(address));

			server.kill();
			assertThat(etcd.etcdctl("get", "--prefix", "--keys-only", "")).contains(scene.service() + "/");
			client.awaitInstances(String::isEmpty);
			assertThat(etcd.etcdctl("get", "--prefix", "--keys-only", "")).doesNotContain(scene.service() + "/");
		}
	}

}
