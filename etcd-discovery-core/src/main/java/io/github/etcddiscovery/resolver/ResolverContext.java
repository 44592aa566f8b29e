package io.github.etcddiscovery.resolver;

import java.util.random.RandomGenerator;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.probe.TcpProbe;
import io.github.etcddiscovery.watch.RangeWatches;

/**
 * What the parts of one resolver share.
 *
 * @param client the client
 * @param loop on whose thread everything happens that changes something
 * @param options how to resolve
 * @param random where jitter is taken from; used on the loop's thread only
 * @param watches follow ranges
 * @param services what readers see
 * @param publisher shows it to them
 * @param guard keeps what vanishes in a body
 * @param staleness tells how old it is
 * @param probe asks instances for connections
 */
record ResolverContext(EtcdClient client, EventLoop loop, ResolverOptions options, RandomGenerator random,
		RangeWatches watches, Services services, Publisher publisher, MassLossGuard guard, Staleness staleness,
		TcpProbe probe) {

	ResolverOptions.Timing timing() {
		return this.options.timing();
	}

}
