package io.github.etcddiscovery.spring.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.etcddiscovery.client.EtcdClientSettings;

/** The settings of a client, which are known as soon as the user's beans have told. */
final class Settings {

	private final Supplier<EtcdClientSettings> source;

	private final Duration requestTimeout;

	private final CompletableFuture<EtcdClientSettings> known = new CompletableFuture<>();

	/**
	 * Prepares.
	 * @param source makes the settings; code of users can be in it
	 * @param requestTimeout deadline of a call, which counts before anything else is
	 * known
	 */
	Settings(Supplier<EtcdClientSettings> source, Duration requestTimeout) {
		this.source = source;
		this.requestTimeout = requestTimeout;
	}

	Duration requestTimeout() {
		return this.requestTimeout;
	}

	/** Asks for the settings, on a thread that may be blocked. */
	EtcdClientSettings ask() {
		EtcdClientSettings settings = this.source.get();
		this.known.complete(settings);
		return settings;
	}

	/** Done when they are known; never where they could not be made. */
	CompletableFuture<EtcdClientSettings> known() {
		return this.known;
	}

}
