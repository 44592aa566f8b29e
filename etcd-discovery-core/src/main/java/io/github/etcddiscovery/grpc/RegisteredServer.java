package io.github.etcddiscovery.grpc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.grpc.Server;

/**
 * A gRPC server that is in the registry while it serves, and leaves it before it stops.
 * Safe for use by many threads.
 *
 * <pre>{@code
 * Server server = Grpc.newServerBuilderForPort(0, credentials).addService(hello).build().start();
 * try (RegisteredServer self = RegisteredServer.register(registry, server,
 *         (port) -> Instance.of("test/hello", "10.0.0.5", port))) {
 *     server.awaitTermination();
 * }
 * }</pre>
 *
 * Not needed for plain registering and resolving; may change.
 */
public final class RegisteredServer implements AutoCloseable {

	private static final Duration DRAIN_DELAY = Duration.ofSeconds(1);

	private static final Duration GRACE = Duration.ofSeconds(30);

	private final Server server;

	private final Registration registration;

	private final AtomicBoolean closed = new AtomicBoolean();

	private RegisteredServer(Server server, Registration registration) {
		this.server = server;
		this.registration = registration;
	}

	/**
	 * Registers a server that has been started. Returns at once and works in the
	 * background, as {@link EtcdRegistry#register} does.
	 * @param registry where to register; stays the caller's to close, after the server
	 * @param server the server, started
	 * @param self describes the instance for the port that the server listens on, which
	 * is the real one where it was started on port 0
	 * @return the handle, to be closed instead of shutting the server down
	 * @throws IllegalArgumentException if a format cannot carry the instance
	 * @throws IllegalStateException if the server has not been started or listens on no
	 * TCP port, or the registry is closed
	 */
	public static RegisteredServer register(EtcdRegistry registry, Server server, IntFunction<Instance> self) {
		int port = server.getPort();
		if (port < 1) {
			throw new IllegalStateException(
					"Cannot register a gRPC server that listens on no TCP port (" + server.getListenSockets() + ")");
		}
		return new RegisteredServer(server, registry.register(self.apply(port)));
	}

	/**
	 * Returns the registration, to be updated or suspended.
	 * @return the handle
	 */
	public Registration registration() {
		return this.registration;
	}

	/**
	 * Stops as {@link #shutdown} does, with a drain delay of 1 s and 30 s for calls in
	 * flight.
	 */
	@Override
	public void close() {
		shutdown(DRAIN_DELAY, GRACE);
	}

	/**
	 * Leaves the registry, serves on until callers have noticed, refuses new calls, waits
	 * for those in flight and cancels what is left. Returns when the server has stopped;
	 * interrupted, it cancels at once and keeps the interrupt. A second call does
	 * nothing.
	 * @param drainDelay least time between the removal of the key and the first call that
	 * is refused; not waited where no key was written
	 * @param grace longest time to wait for calls in flight
	 */
	public void shutdown(Duration drainDelay, Duration grace) {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		try {
			this.registration.close();
			Duration left = drainDelay.minus(this.registration.outFor());
			if (left.compareTo(Duration.ZERO) > 0) {
				this.server.awaitTermination(TimeUnit.NANOSECONDS.convert(left), TimeUnit.NANOSECONDS);
			}
			this.server.shutdown().awaitTermination(TimeUnit.NANOSECONDS.convert(grace), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.server.shutdownNow();
		}
	}

}
