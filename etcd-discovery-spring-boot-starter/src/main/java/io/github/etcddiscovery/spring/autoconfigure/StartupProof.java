package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.spring.StartupStep;
import io.github.etcddiscovery.spring.connection.BackgroundClient;
import org.jspecify.annotations.Nullable;

/**
 * With fail-fast: proves connection, login and the right to read, before anything else
 * starts. An etcd that is away is asked again until the time is up; a refusal is final.
 */
final class StartupProof implements StartupStep {

	private static final Duration PAUSE = Duration.ofMillis(200);

	private final EtcdClient client;

	private final Layouts.Access access;

	private final Supplier<List<String>> endpoints;

	private final Duration timeout;

	private final AtomicBoolean made = new AtomicBoolean();

	StartupProof(EtcdClient client, Layouts.Access access, Supplier<List<String>> endpoints, Duration timeout) {
		this.client = client;
		this.access = access;
		this.endpoints = endpoints;
		this.timeout = timeout;
	}

	@Override
	public void make() {
		long deadline = System.nanoTime() + this.timeout.toNanos();
		EtcdDiscoveryException problem = probe(deadline);
		while (problem != null) {
			if (problem.kind().refused() || System.nanoTime() - deadline >= 0 || !StartupStep.pause(PAUSE)) {
				throw new EtcdNotUsableException(this.endpoints.get(), this.timeout, problem);
			}
			problem = probe(deadline);
		}
	}

	private @Nullable EtcdDiscoveryException probe(long deadline) {
		CompletableFuture<Void> all = CompletableFuture
			.allOf(this.access.ranges().stream().map(this.client::probe).toArray(CompletableFuture[]::new));
		return problem(StartupStep.failure(all, Duration.ofNanos(Math.max(1, deadline - System.nanoTime()))));
	}

	private @Nullable EtcdDiscoveryException problem(@Nullable Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof EtcdDiscoveryException known) {
				boolean proof = this.access.deniedIsProof() && known.kind() == Kind.PERMISSION_DENIED;
				return proof ? null : known;
			}
		}
		return (failure != null) ? new EtcdDiscoveryException(Kind.UNAVAILABLE, "no answer", failure) : null;
	}

	Layouts.Access access() {
		return this.access;
	}

	@Override
	public AtomicBoolean made() {
		return this.made;
	}

	/** Before the web server and everything else but the client. */
	@Override
	public int getPhase() {
		return BackgroundClient.PHASE + 1;
	}

}
