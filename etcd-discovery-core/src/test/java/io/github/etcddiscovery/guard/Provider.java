package io.github.etcddiscovery.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistryOptions;

/**
 * What a process is to others: an address that accepts connections, and a registration
 * under a lease of its own.
 */
final class Provider implements AutoCloseable {

	private static final Duration TTL = Duration.ofSeconds(2);

	private final ServerSocket server;

	private final EtcdRegistry registry;

	private final Registration registration;

	Provider(EtcdClient client, String service, int port, boolean leaving) {
		this.server = listen(port);
		this.registry = EtcdRegistry.create(client, RegistryOptions.defaults().withTtl(TTL).withRemoveOnClose(leaving));
		this.registration = this.registry.register(Instance.of(service, "127.0.0.1", this.server.getLocalPort()));
	}

	private static ServerSocket listen(int port) {
		try {
			return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Provider registered() throws Exception {
		this.registration.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
		return this;
	}

	int port() {
		return this.server.getLocalPort();
	}

	/** Registers another port where this one listens; returns it. */
	ServerSocket alsoRegister(String service) {
		ServerSocket other = listen(0);
		this.registry.register(Instance.of(service, "127.0.0.1", other.getLocalPort()));
		return other;
	}

	long lease() {
		return this.registry.lease().id();
	}

	/** Removes the key; the lease lives on. */
	void leave() {
		this.registration.close();
	}

	/** Ends everything, the key and the lease first unless it was to crash. */
	@Override
	public void close() {
		this.registry.close();
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
