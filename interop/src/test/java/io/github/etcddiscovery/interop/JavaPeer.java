package io.github.etcddiscovery.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistryOptions;

/**
 * A Java server in a process of its own, to be killed. Driven as the Go ones are.
 */
final class JavaPeer {

	private JavaPeer() {
	}

	static PeerProcess start(Format format, String service, String endpoint) {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		return PeerProcess.start(
				List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classes, JavaPeer.class.getName(),
						format.toString(), service, endpoint),
				Map.of(), Path.of(System.getProperty("interop.folder", "."), "target/go/logs"));
	}

	public static void main(String[] arguments) throws Exception {
		Format format = Format.of(arguments[0]).named(arguments[1]);
		EtcdClient etcd = EtcdClient.connect(EtcdClientSettings.of(arguments[2]));
		EtcdRegistry registry = EtcdRegistry.create(etcd,
				RegistryOptions.defaults().withLayouts(format.layout()).withTtl(Duration.ofSeconds(Scene.TTL)));
		int port = format.protocol().serve("127.0.0.1", "java").port();
		Registration server = registry.register(format.instance("127.0.0.1", port));
		server.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
		System.out.println("registered " + server.instance().address());
		while (System.in.read() >= 0) {
			// Until whoever started this is gone.
		}
		Runtime.getRuntime().halt(0);
	}

}
