package io.github.etcddiscovery.spring.discovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.StartupStep;

/**
 * Has services loaded before the application is ready. Waits no longer than a lookup
 * does.
 */
final class Preload implements StartupStep {

	/** Core ends each read in time. */
	private static final Duration FOREVER = Duration.ofDays(1);

	private final EtcdResolver resolver;

	private final List<String> services;

	private final AtomicBoolean made = new AtomicBoolean();

	/**
	 * Creates the preload; nothing happens before {@link #make()}.
	 * @param resolver core's resolver, which stays the caller's to close
	 * @param services names of the services
	 */
	Preload(EtcdResolver resolver, List<String> services) {
		this.resolver = resolver;
		this.services = List.copyOf(services);
	}

	@Override
	public void make() {
		CompletableFuture<?>[] reads = this.services.stream()
			.map((service) -> this.resolver.whenRead(service).toCompletableFuture())
			.toArray(CompletableFuture[]::new);
		StartupStep.failure(CompletableFuture.allOf(reads), FOREVER);
	}

	@Override
	public AtomicBoolean made() {
		return this.made;
	}

	@Override
	public int getPhase() {
		return 0;
	}

}
