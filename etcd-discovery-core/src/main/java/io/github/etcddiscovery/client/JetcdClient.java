package io.github.etcddiscovery.client;

final class JetcdClient {

	private JetcdClient() {
	}

	static EtcdClient create(EtcdClientSettings settings) {
		throw new UnsupportedOperationException("built on a branch: " + settings);
	}

}
