package io.github.etcddiscovery.spring;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
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

	@Override
	public void close() {
		this.resolver.close();
		this.client.close();
	}

}
