package io.github.etcddiscovery.interop;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Defects G1 and N6 of the reference: go-kit and etcd's naming register once. Kitex looks
 * after its key every 30 s, go-zero is back under another key, see {@link GoZeroPeerIT}.
 */
@WithGo
@Tag("long")
class LostLeaseIT {

	static final List<Format> FORMATS = List.of(Format.GO_KIT, Format.GRPC);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@ParameterizedTest
	@FieldSource("FORMATS")
	void afterItsLeaseWasLostAGoServerStaysAwayAndAJavaServerIsBack(Format format, GoPrograms go) throws Exception {
		try (Scene scene = new Scene(format.fresh(), go, etcd.endpoint())) {
			String address = scene.goServer("127.0.0.1").await("registered");
			Registration server = scene.javaServer("127.0.0.1");
			String ours = server.instance().address();
			server.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
			PeerProcess client = scene.goClient();
			client.awaitInstances((all) -> all.contains(address) && all.contains(ours));

			for (String lease : etcd.etcdctl("lease", "list").lines().skip(1).toList()) {
				etcd.revoke(Long.parseUnsignedLong(lease, 16));
			}
			client.awaitInstances((all) -> all.contains(ours) && !all.contains(address));
			Scene.patiently().until(() -> client.call("hello"), "answer java: hello"::equals);
		}
	}

}
