package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import io.github.etcddiscovery.address.HostPort;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * All addresses that are listed, or were not long ago. An address is found without an
 * object being made, and is the same one however its host is spelled.
 */
final class Callees {

	/** By the host as it was spelled, so that it is brought into one form only once. */
	private final Map<String, Ports> hosts = new ConcurrentHashMap<>();

	@Nullable Callee find(ServiceInstance instance) {
		return find(instance.getHost(), instance.getPort());
	}

	/** An instance of another registry may have no host, whatever it promises. */
	@Nullable Callee find(@Nullable String host, int port) {
		Ports ports = (host != null) ? this.hosts.get(host) : null;
		return (ports != null) ? ports.find(port) : null;
	}

	/** Returns the one that is known, or makes it known; null where there is no host. */
	@Nullable Callee obtain(ServiceInstance instance, long now) {
		String host = instance.getHost();
		if (host == null) {
			return null;
		}
		Callee obtained = null;
		while (obtained == null) {
			obtained = ports(host).obtain(instance.getPort(), now);
		}
		return obtained;
	}

	private Ports ports(String host) {
		Ports ports = this.hosts.get(host);
		if (ports == null || ports.isForgotten()) {
			ports = this.hosts.compute(canonical(host),
					(key, known) -> (known == null || known.isForgotten()) ? new Ports(key) : known);
			this.hosts.put(host, ports);
		}
		return ports;
	}

	static String canonical(String host) {
		boolean bracketed = host.startsWith("[") && host.endsWith("]");
		return HostPort.canonicalHost(bracketed ? host.substring(1, host.length() - 1) : host);
	}

	/** Forgets those that were not listed for so long. */
	void forget(Duration notListedFor, long now) {
		this.hosts.values().forEach((ports) -> ports.forget(notListedFor, now));
		this.hosts.values().removeIf(Ports::isForgotten);
	}

	int size() {
		return this.hosts.values().stream().distinct().mapToInt((ports) -> ports.all.length).sum();
	}

	/** What is known at one host, in the order of the ports. */
	private static final class Ports {

		/** Stands for no port at all, for ever: whoever comes later begins anew. */
		private static final Callee[] FORGOTTEN = {};

		private final String host;

		private static final AtomicReferenceFieldUpdater<Ports, Callee[]> ALL = AtomicReferenceFieldUpdater
			.newUpdater(Ports.class, Callee[].class, "all");

		private volatile Callee[] all = {};

		Ports(String host) {
			this.host = host;
		}

		@Nullable Callee find(int port) {
			Callee[] known = this.all;
			int position = position(known, port);
			return (position >= 0) ? known[position] : null;
		}

		private static int position(Callee[] known, int port) {
			int low = 0;
			int high = known.length - 1;
			while (low <= high) {
				int middle = (low + high) >>> 1;
				int found = known[middle].port();
				if (found == port) {
					return middle;
				}
				if (found < port) {
					low = middle + 1;
				}
				else {
					high = middle - 1;
				}
			}
			return -1 - low;
		}

		/** Returns null where this was forgotten meanwhile. */
		@Nullable Callee obtain(int port, long now) {
			while (!isForgotten()) {
				Callee[] known = this.all;
				int position = position(known, port);
				if (position >= 0) {
					return known[position];
				}
				Callee added = new Callee(this.host, port, now);
				if (known != FORGOTTEN && ALL.compareAndSet(this, known, with(known, -1 - position, added))) {
					return added;
				}
			}
			return null;
		}

		private static Callee[] with(Callee[] known, int position, Callee added) {
			Callee[] more = new Callee[known.length + 1];
			System.arraycopy(known, 0, more, 0, position);
			more[position] = added;
			System.arraycopy(known, position, more, position + 1, known.length - position);
			return more;
		}

		void forget(Duration notListedFor, long now) {
			ALL.updateAndGet(this, (known) -> {
				Callee[] left = Arrays.stream(known)
					.filter((callee) -> callee.wasListedWithin(notListedFor, now))
					.toArray(Callee[]::new);
				return (left.length > 0) ? left : FORGOTTEN;
			});
		}

		boolean isForgotten() {
			return this.all == FORGOTTEN;
		}

	}

}
