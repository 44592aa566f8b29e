package io.github.etcddiscovery.spring.discovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.StartupWait;

import org.springframework.context.SmartLifecycle;

/**
 * Has services loaded before the application is ready. Waits no longer than a lookup
 * does.
 */
final class Preload implements SmartLifecycle {

	/** Core ends each read in time. */
	private static final Duration FOREVER = Duration.ofDays(1);

	private final EtcdResolver resolver;

	private final List<String> services;

	private volatile boolean running;

	/**
	 * Creates the preload; nothing happens before {@link #start()}.
	 * @param resolver core's resolver, which stays the caller's to close
	 * @param services names of the services
	 */
	Preload(EtcdResolver resolver, List<String> services) {
		this.resolver = resolver;
		this.services = List.copyOf(services);
	}

	@Override
	public void start() {
		CompletableFuture<?>[] reads = this.services.stream()
			.map((service) -> this.resolver.whenRead(service).toCompletableFuture())
			.toArray(CompletableFuture[]::new);
		StartupWait.failure(CompletableFuture.allOf(reads), FOREVER);
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return 0;
	}

}
