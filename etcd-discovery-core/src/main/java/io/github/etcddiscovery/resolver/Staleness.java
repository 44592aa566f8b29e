package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * For how long something may have changed unseen: since the first of the watches that are
 * not confirmed was lost, or begun. Written on the loop's thread, read on any.
 */
final class Staleness {

	private final EventLoop loop;

	private final Map<Object, Long> unconfirmed = new HashMap<>();

	private final Set<Object> onceConfirmed = new HashSet<>();

	private volatile @Nullable Long since;

	private Runnable onChange = () -> {
	};

	Staleness(EventLoop loop) {
		this.loop = loop;
	}

	/** Names who is told, on the loop's thread, that the answer may be another. */
	void onChange(Runnable onChange) {
		this.onChange = onChange;
	}

	Duration age() {
		Long since = this.since;
		return (since != null) ? this.loop.since(since) : Duration.ZERO;
	}

	boolean stale() {
		return this.since != null;
	}

	void begun(Object watch) {
		this.unconfirmed.put(watch, this.loop.now());
		publish();
	}

	void confirmed(Object watch) {
		this.onceConfirmed.add(watch);
		this.unconfirmed.remove(watch);
		publish();
	}

	/**
	 * A watch was lost. One that we were never allowed to open has nothing that could
	 * grow old, and must not make all the others look stale for ever.
	 */
	void lost(Object watch, EtcdDiscoveryException cause) {
		if (cause.kind() == Kind.PERMISSION_DENIED && !this.onceConfirmed.contains(watch)) {
			this.unconfirmed.remove(watch);
		}
		else {
			this.unconfirmed.putIfAbsent(watch, this.loop.now());
		}
		publish();
	}

	void ended(Object watch) {
		this.unconfirmed.remove(watch);
		this.onceConfirmed.remove(watch);
		publish();
	}

	/** Nothing is watched any more: what is known grows old from now on. */
	void close() {
		begun(this);
	}

	private void publish() {
		long now = this.loop.now();
		Long first = null;
		for (long lost : this.unconfirmed.values()) {
			first = (first == null || now - lost > now - first) ? Long.valueOf(lost) : first;
		}
		this.since = first;
		this.onChange.run();
	}

}
