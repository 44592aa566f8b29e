package io.github.etcddiscovery.grpc;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.github.etcddiscovery.address.AddressFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the hosts of instances, because grpc-java takes addresses only. A name that
 * was known keeps its last addresses while it cannot be looked up.
 */
final class HostLookup {

	private static final Logger logger = LoggerFactory.getLogger(EtcdNameResolver.class);

	/** A name that somebody registered must not lead where an address must not. */
	private static final AddressFilter NEVER = AddressFilter.denying(List.of());

	private final Source source;

	private final Map<String, List<InetAddress>> known = new ConcurrentHashMap<>();

	private final Set<String> failing = ConcurrentHashMap.newKeySet();

	HostLookup(Source source) {
		this.source = source;
	}

	/**
	 * Returns the addresses of a host. Blocks where it is a name.
	 * @return the addresses, empty where there is none that can be used
	 */
	List<InetAddress> addresses(String host) {
		try {
			List<InetAddress> addresses = Stream.of(this.source.lookUp(host))
				.filter((address) -> !NEVER.denies(address.getHostAddress()))
				.toList();
			this.known.put(host, addresses);
			this.failing.remove(host);
			return addresses;
		}
		catch (UnknownHostException ex) {
			List<InetAddress> last = this.known.getOrDefault(host, List.of());
			if (this.failing.add(host)) {
				logger.warn("Host {} cannot be looked up; {}", host,
						last.isEmpty() ? "its instances are left out" : "its last addresses are kept", ex);
			}
			return last;
		}
	}

	/** Forgets what is not asked for any more. */
	void keep(Collection<String> hosts) {
		this.known.keySet().retainAll(hosts);
		this.failing.retainAll(hosts);
	}

	/** Where addresses come from. */
	@FunctionalInterface
	interface Source {

		InetAddress[] lookUp(String host) throws UnknownHostException;

	}

}
