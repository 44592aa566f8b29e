package io.github.etcddiscovery.client;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;

/**
 * Watches that have a stream each.
 */
final class StreamPerWatch implements Watches {

	private final EtcdClient client;

	private final Executor owner;

	private final Set<Relay> open = ConcurrentHashMap.newKeySet();

	StreamPerWatch(EtcdClient client, Executor owner) {
		this.client = client;
		this.owner = owner;
	}

	@Override
	public Watch watch(KeyRange range, long fromRevision, WatchListener listener) {
		Relay relay = new Relay(range, listener);
		this.open.add(relay);
		relay.stream = this.client.watch(range, fromRevision, relay);
		return relay;
	}

	@Override
	public Duration behindFor() {
		return Duration.ZERO;
	}

	@Override
	public void close() {
		this.open.forEach(Relay::close);
	}

	/** Hands what a stream brings over to the owner. */
	private final class Relay implements Watch, WatchListener {

		private final KeyRange range;

		private final WatchListener listener;

		private volatile boolean over;

		private volatile @Nullable WatchStream stream;

		Relay(KeyRange range, WatchListener listener) {
			this.range = range;
			this.listener = listener;
		}

		@Override
		public void confirmed(long revision) {
			tell(() -> this.listener.confirmed(revision));
		}

		@Override
		public void changed(List<WatchEvent> events) {
			tell(() -> this.listener.changed(events));
		}

		@Override
		public void ended(EtcdDiscoveryException cause) {
			StreamPerWatch.this.owner.execute(() -> end(cause));
		}

		private void tell(Runnable message) {
			StreamPerWatch.this.owner.execute(() -> {
				if (!this.over) {
					try {
						message.run();
					}
					catch (Throwable ex) {
						end(EtcdDiscoveryException.of("watch of " + this.range, ex));
					}
				}
			});
		}

		private void end(EtcdDiscoveryException cause) {
			if (!this.over) {
				close();
				this.listener.ended(cause);
			}
		}

		@Override
		public void close() {
			this.over = true;
			StreamPerWatch.this.open.remove(this);
			WatchStream stream = this.stream;
			if (stream != null) {
				stream.close();
			}
		}

	}

}
