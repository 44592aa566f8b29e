package io.github.etcddiscovery.registry;

import java.util.random.RandomGenerator;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.retry.FailedAttempts;

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

	/** Returns a count of failed attempts that begins now. */
	FailedAttempts noFailures() {
		return new FailedAttempts(this.options.retry(), this.random);
	}

}
