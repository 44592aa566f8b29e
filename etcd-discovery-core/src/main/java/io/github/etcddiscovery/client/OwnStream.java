package io.github.etcddiscovery.client;

import io.github.etcddiscovery.KeyRange;

/**
 * A watch that shares its stream with no other.
 */
final class OwnStream implements WatchStream {

	private final EtcdClient client;

	private final KeyRange range;

	private final WatchListener listener;

	private final Watches watches;

	OwnStream(EtcdClient client, KeyRange range, long fromRevision, WatchListener listener) {
		this.client = client;
		this.range = range;
		this.listener = listener;
		this.watches = client.watches(Runnable::run);
		this.watches.watch(range, fromRevision, listener);
	}

	@Override
	public void requestProgress() {
		this.client.probe(this.range).thenAccept(this.listener::progress);
	}

	@Override
	public void close() {
		this.watches.close();
	}

}
