package io.github.etcddiscovery.client.jetcd;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;

/** Remembers what a watch tells. */
final class Recorder implements WatchListener {

	record Confirmed(long revision) {

	}

	record Changed(List<WatchEvent> events) {

	}

	record Ended(EtcdDiscoveryException cause) {

	}

	private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

	@Override
	public void confirmed(long revision) {
		this.told.add(new Confirmed(revision));
	}

	@Override
	public void changed(List<WatchEvent> events) {
		this.told.add(new Changed(events));
	}

	@Override
	public void ended(EtcdDiscoveryException cause) {
		this.told.add(new Ended(cause));
	}

	/** The next thing that is told, which must be of a type. */
	<T> T next(Class<T> type) {
		try {
			Object next = this.told.poll(20, TimeUnit.SECONDS);
			if (!type.isInstance(next)) {
				throw new AssertionError("expected " + type.getSimpleName() + ", was told " + next);
			}
			return type.cast(next);
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Whatever was told and not asked for yet. */
	List<Object> rest() {
		return List.copyOf(this.told);
	}

}
