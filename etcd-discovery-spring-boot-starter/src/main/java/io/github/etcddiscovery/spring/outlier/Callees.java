package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.github.etcddiscovery.address.HostPort;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * All addresses that are listed, or were not long ago. An address is found without an
 * object being made, and is the same one however its host is spelled.
 */
final class Callees {

	private static final Callee[] NONE = {};

	/** By the host as it is spelled, in the order of the ports. */
	private final Map<String, Callee[]> hosts = new ConcurrentHashMap<>();

	@Nullable Callee find(ServiceInstance instance) {
		return find(instance.getHost(), instance.getPort());
	}

	/** An instance of another registry may have no host, whatever it promises. */
	@Nullable Callee find(@Nullable String host, int port) {
		return (host != null) ? find(this.hosts.getOrDefault(host, NONE), port) : null;
	}

	private static @Nullable Callee find(Callee[] known, int port) {
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

	/** Returns the one that is known, or makes it known; null where there is no host. */
	@Nullable Callee obtain(ServiceInstance instance, long now) {
		String host = instance.getHost();
		Callee known = find(instance);
		if (host == null || known != null) {
			return known;
		}
		String canonical = canonical(host);
		Callee obtained = add(canonical, new Callee(canonical, instance.getPort(), now));
		return host.equals(canonical) ? obtained : add(host, obtained);
	}

	/** Returns the one that was added, or was there already. */
	private Callee add(String host, Callee added) {
		Callee[] all = Objects.requireNonNull(this.hosts.compute(host, (key, known) -> with(known, added)));
		return Objects.requireNonNull(find(all, added.port()));
	}

	private static Callee[] with(Callee @Nullable [] present, Callee added) {
		Callee[] known = (present != null) ? present : NONE;
		int position = position(known, added.port());
		if (position >= 0) {
			return known;
		}
		int before = -1 - position;
		Callee[] more = Arrays.copyOf(known, known.length + 1);
		System.arraycopy(known, before, more, before + 1, known.length - before);
		more[before] = added;
		return more;
	}

	static String canonical(String host) {
		boolean bracketed = host.startsWith("[") && host.endsWith("]");
		return HostPort.canonicalHost(bracketed ? host.substring(1, host.length() - 1) : host);
	}

	/** Tells whether nobody is ejected, whether listed or not. */
	boolean areAllIn() {
		for (Callee[] known : this.hosts.values()) {
			for (Callee callee : known) {
				if (!callee.standing().isIn()) {
					return false;
				}
			}
		}
		return true;
	}

	/** Forgets those that were not listed for so long. */
	void forget(Duration notListedFor, long now) {
		for (String host : this.hosts.keySet()) {
			this.hosts.computeIfPresent(host, (key, known) -> {
				Callee[] left = Arrays.stream(known)
					.filter((callee) -> callee.wasListedWithin(notListedFor, now))
					.toArray(Callee[]::new);
				return (left.length > 0) ? left : null;
			});
		}
	}

}
