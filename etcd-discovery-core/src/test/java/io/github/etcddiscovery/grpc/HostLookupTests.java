package io.github.etcddiscovery.grpc;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Names become addresses, and keep them where they cannot be looked up. */
class HostLookupTests {

	private final Map<String, InetAddress[]> dns = new ConcurrentHashMap<>();

	private final HostLookup lookup = new HostLookup((host) -> {
		InetAddress[] addresses = this.dns.get(host);
		if (addresses == null) {
			throw new UnknownHostException(host);
		}
		return addresses;
	});

	@Test
	void aNameIsLookedUpEachTime() throws UnknownHostException {
		answer("a.example.org", "10.0.0.1", "10.0.0.2");
		assertThat(addresses("a.example.org")).containsExactly("10.0.0.1", "10.0.0.2");
		answer("a.example.org", "10.0.0.3");
		assertThat(addresses("a.example.org")).containsExactly("10.0.0.3");
	}

	@Test
	void theLastAddressesAreKeptWhileANameCannotBeLookedUp() throws UnknownHostException {
		answer("a.example.org", "10.0.0.1");
		addresses("a.example.org");
		this.dns.clear();
		assertThat(addresses("a.example.org")).containsExactly("10.0.0.1");
	}

	@Test
	void aNameThatWasNeverKnownHasNoAddress() {
		assertThat(addresses("a.example.org")).isEmpty();
	}

	@Test
	void whatIsNotAskedForAnyMoreIsForgotten() throws UnknownHostException {
		answer("a.example.org", "10.0.0.1");
		addresses("a.example.org");
		this.dns.clear();
		this.lookup.keep(List.of("b.example.org"));
		assertThat(addresses("a.example.org")).isEmpty();
	}

	@Test
	void aNameDoesNotLeadWhereAnAddressMustNot() throws UnknownHostException {
		answer("evil.example.org", "169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::", "10.0.0.1");
		assertThat(addresses("evil.example.org")).containsExactly("10.0.0.1");
	}

	private void answer(String host, String... addresses) throws UnknownHostException {
		InetAddress[] answer = new InetAddress[addresses.length];
		for (int i = 0; i < addresses.length; i++) {
			answer[i] = InetAddress.getByName(addresses[i]);
		}
		this.dns.put(host, answer);
	}

	private List<String> addresses(String host) {
		return this.lookup.addresses(host).stream().map(InetAddress::getHostAddress).toList();
	}

}
