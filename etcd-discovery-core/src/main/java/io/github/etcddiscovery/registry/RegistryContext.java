package io.github.etcddiscovery.registry;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.retry.FailedAttempts;
import org.jspecify.annotations.Nullable;

/**
 * What everything of one registry shares.
 *
 * @param client the way to etcd
 * @param options how to register
 * @param loop the thread that all state of the registry is confined to
 * @param workers the threads on which code of users runs
 * @param random where jitter is taken from
 */
record RegistryContext(EtcdClient client, RegistryOptions options, EventLoop loop, Workers workers,
		RandomGenerator random) {

	/**
	 * Asks etcd, and has a task told on the loop's thread what came of it, exactly once:
	 * a client whose answer is lost has no say in what the registry does next.
	 */
	<T> void ask(Supplier<? extends CompletionStage<T>> question,
			BiConsumer<? super @Nullable T, ? super @Nullable Throwable> task) {
		ask(question, 1, task);
	}

	/**
	 * The same of a question that is put in parts, one after the other, where its answer
	 * is too large: up to twice as many as it asks for.
	 */
	<T> void ask(Supplier<? extends CompletionStage<T>> question, int parts,
			BiConsumer<? super @Nullable T, ? super @Nullable Throwable> task) {
		this.loop.ask(question, this.client.requestTimeout().multipliedBy(2L * parts), task);
	}

	/** Returns a count of failed attempts that begins now. */
	FailedAttempts noFailures() {
		return new FailedAttempts(this.options.retry(), this.random);
	}

}
