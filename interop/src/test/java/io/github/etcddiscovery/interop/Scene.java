package io.github.etcddiscovery.interop;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import org.awaitility.core.ConditionFactory;

import static org.awaitility.Awaitility.await;

/**
 * Peers of one format on one etcd, all ended together.
 */
class Scene implements AutoCloseable {

	static final int TTL = 5;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Deque<AutoCloseable> open = new ArrayDeque<>();

	private final Format format;

	private final GoPrograms programs;

	private final String endpoint;

	private final EtcdClient etcd;

	Scene(Format format, GoPrograms programs, String endpoint) {
		this.format = format;
		this.programs = programs;
		this.endpoint = endpoint;
		this.etcd = closing(EtcdClient.connect(EtcdClientSettings.of(endpoint)));
	}

	String service() {
		return this.format.service();
	}

	/** Starts a Go server that registers itself; it may not have done so yet. */
	PeerProcess goServer(String host, String... more) {
		List<String> options = new ArrayList<>(List.of("-listen=" + bracketed(host) + ":0", "-ttl=" + TTL));
		options.addAll(List.of(more));
		return start("serve", options);
	}

	/** Starts a Go client. */
	PeerProcess goClient() {
		return start("find", List.of());
	}

	private PeerProcess start(String role, List<String> more) {
		List<String> options = new ArrayList<>(List.of("-etcd=" + this.endpoint, "-service=" + this.format.service()));
		options.addAll(more);
		return closing(this.format.program().start(this.programs, role, options, TTL));
	}

	EtcdResolver resolver() {
		return closing(EtcdResolver.create(this.etcd, ResolverOptions.defaults().withLayouts(this.format.layout())));
	}

	/** Starts a Java server, and registers it. */
	Registration javaServer(String host) {
		return register(closing(this.format.protocol().serve(host, "java")), host);
	}

	/** Registers a server. */
	Registration register(Protocol.Served served, String host) {
		EtcdRegistry registry = closing(EtcdRegistry.create(this.etcd,
				RegistryOptions.defaults().withLayouts(this.format.layout()).withTtl(Duration.ofSeconds(TTL))));
		return registry.register(this.format.instance(host, served.port()));
	}

	/** The instances that a resolver knows. */
	List<Instance> instances(EtcdResolver resolver) {
		return resolver.instances(this.format.service());
	}

	static ConditionFactory patiently() {
		return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
	}

	private static String bracketed(String host) {
		return (host.indexOf(':') >= 0) ? "[" + host + "]" : host;
	}

	private <T extends AutoCloseable> T closing(T opened) {
		this.open.push(opened);
		return opened;
	}

	@Override
	public void close() throws Exception {
		for (AutoCloseable each : this.open) {
			each.close();
		}
	}

}
