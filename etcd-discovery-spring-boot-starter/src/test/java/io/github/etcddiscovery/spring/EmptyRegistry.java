package io.github.etcddiscovery.spring;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.test.EtcdExtension;

/** An etcd that was emptied, and a resolver that has read that nothing is there. */
public final class EmptyRegistry implements AutoCloseable {

	private final EtcdClient client;

	private final EtcdResolver resolver;

	public EmptyRegistry(EtcdExtension etcd) {
		etcd.etcdctl("del", "--prefix", "kitex/");
		this.client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));
		this.resolver = EtcdResolver.create(this.client, ResolverOptions.defaults());
		this.resolver.services();
	}

	public EtcdResolver resolver() {
		return this.resolver;
	}

	/** Another resolver, for the caller to close. */
	public EtcdResolver resolver(UnaryOperator<ResolverOptions> options) {
		return EtcdResolver.create(this.client, options.apply(ResolverOptions.defaults()));
	}

	/** Puts many at once, which etcdctl would do one after the other. */
	public void put(Stream<Instance> instances) {
		long lease = this.client.grant(Duration.ofMinutes(5)).join().id();
		Layout layout = Layout.kitex();
		CompletableFuture.allOf(instances
			.map((instance) -> this.client
				.commit(new Write.Put(layout.key(instance), layout.codec().value(instance), lease, 0)))
			.toArray(CompletableFuture[]::new)).join();
	}

	@Override
	public void close() {
		this.resolver.close();
		this.client.close();
	}

}
