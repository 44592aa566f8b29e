package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether etcd answers. However many ask, one probe is under way at a time, its
 * answer counts for 2 s, and nobody waits longer than 1 s.
 */
final class Reachability {

	private static final Duration FRESH = Duration.ofSeconds(2);

	private static final long PATIENCE_MS = 1000;

	private final EtcdClient client;

	private final KeyRange range;

	private final AtomicReference<@Nullable Probe> last = new AtomicReference<>();

	Reachability(EtcdClient client, KeyRange range) {
		this.client = client;
		this.range = range;
	}

	boolean check() {
		Probe probe = this.last.get();
		if (probe == null || probe.outdated()) {
			Probe fresh = new Probe(new CompletableFuture<>(), System.nanoTime());
			if (this.last.compareAndSet(probe, fresh)) {
				this.client.probe(this.range).whenComplete((revision, failure) -> fresh.end(failure));
			}
			probe = this.last.get();
		}
		return probe != null && probe.await();
	}

	private record Probe(CompletableFuture<Boolean> answered, long since) {

		boolean outdated() {
			return this.answered.isDone() && System.nanoTime() - this.since > FRESH.toNanos();
		}

		/** A refusal is an answer: the registration tells what it means to us. */
		void end(@Nullable Throwable failure) {
			boolean answered = failure == null;
			for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
				answered |= cause instanceof EtcdDiscoveryException known && known.kind() != Kind.UNAVAILABLE
						&& known.kind() != Kind.CLOSED;
			}
			this.answered.complete(answered);
		}

		boolean await() {
			try {
				return this.answered.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException | ExecutionException ex) {
				return false;
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}

	}

}
