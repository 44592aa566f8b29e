package io.github.etcddiscovery.samples.plain;

import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;

import static java.util.concurrent.TimeUnit.SECONDS;

/**
 * Registers an instance, resolves it, changes its weight and sees the change.
 *
 * <pre>{@code
 * mvn -q -pl samples/plain-java -am package -Dmaven.test.skip=true
 * java -jar samples/plain-java/target/plain-java.jar http://localhost:2379
 * }</pre>
 */
public final class PlainJava {

	private PlainJava() {
	}

	/**
	 * Runs against an etcd.
	 * @param args the endpoint; {@code http://localhost:2379} where it is left out
	 * @throws Exception if etcd does not answer in time
	 */
	public static void main(String... args) throws Exception {
		String endpoint = (args.length > 0) ? args[0] : "http://localhost:2379";
		try (EtcdClient etcd = EtcdClient.connect(EtcdClientSettings.of(endpoint));
				EtcdRegistry registry = EtcdRegistry.create(etcd, RegistryOptions.defaults());
				EtcdResolver resolver = EtcdResolver.create(etcd, ResolverOptions.defaults())) {
			Registration self = registry.register(Instance.of("echo", "10.0.0.5", 8888));
			self.whenRegistered().toCompletableFuture().get(5, SECONDS);

			CompletableFuture<Void> seen = new CompletableFuture<>();
			resolver.subscribe("echo", (snapshot) -> {
				System.out.println("revision " + snapshot.revision() + ": " + snapshot.instances());
				if (snapshot.instances().stream().anyMatch((instance) -> instance.weight() == 20)) {
					seen.complete(null);
				}
			});
			self.update((instance) -> instance.withWeight(20));
			seen.get(5, SECONDS);
			System.out.println("from memory: " + resolver.instances("echo"));
		}
	}

}
