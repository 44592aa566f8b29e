package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.WatchStream;
import io.github.etcddiscovery.client.Watches;

/**
 * The watches of one owner, each on a stream of the model.
 */
final class ModelWatches implements Watches {

	private final ModelEtcd etcd;

	private final Executor owner;

	private final List<Relay> open = new ArrayList<>();

	ModelWatches(ModelEtcd etcd, Executor owner) {
		this.etcd = etcd;
		this.owner = owner;
	}

	@Override
	public Watch watch(KeyRange range, long fromRevision, WatchListener listener) {
		Relay relay = new Relay(range, listener);
		this.open.add(relay);
		relay.stream = this.etcd.open(new ModelStream(this.etcd, range, fromRevision, relay));
		return relay;
	}

	@Override
	public Duration behindFor() {
		return Duration.ZERO;
	}

	@Override
	public void close() {
		List.copyOf(this.open).forEach(Relay::close);
	}

	/** Hands what a stream brings over to the owner. */
	private final class Relay implements Watch, WatchListener {

		private final KeyRange range;

		private final WatchListener listener;

		private boolean over;

		private WatchStream stream;

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
			ModelWatches.this.owner.execute(() -> end(cause));
		}

		private void tell(Runnable message) {
			ModelWatches.this.owner.execute(() -> {
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
			ModelWatches.this.open.remove(this);
			if (this.stream != null) {
				this.stream.close();
			}
		}

	}

}
