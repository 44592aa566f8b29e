package io.github.etcddiscovery.grpc;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import io.github.etcddiscovery.address.AddressFilter;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Names become addresses, and keep them where they cannot be looked up. */
class HostLookupTests {

	private static final String A = "a.example.org";

	@RegisterExtension
	final LoggedLines log = new LoggedLines(EtcdNameResolver.class.getName());

	private final Map<String, InetAddress[]> dns = new ConcurrentHashMap<>();

	private final Deque<Runnable> lookups = new ArrayDeque<>();

	private final List<Boolean> ended = new ArrayList<>();

	private final AddressFilter denied = AddressFilter.denying(List.of("10.66.0.0/16"));

	private final HostLookup lookup = new HostLookup("test/hello\n", (host) -> {
		InetAddress[] addresses = this.dns.get(host);
		if (addresses == null) {
			throw new UnknownHostException(host);
		}
		return addresses;
	}, (host, addresses) -> addresses.stream().filter((address) -> !this.denied.denies(address)).toList(),
			this.lookups::add, Runnable::run, this.ended::add);

	@Test
	void anAddressIsNotLookedUp() {
		this.lookup.lookUp(List.of("10.0.0.1", "2001:db8::1"));
		assertThat(this.lookups).isEmpty();
		assertThat(this.lookup.looking()).isFalse();
		assertThat(addresses("10.0.0.1")).containsExactly("10.0.0.1");
		assertThat(addresses("2001:db8::1")).containsExactly("2001:db8:0:0:0:0:0:1");
		assertThat(addresses("2001:db8::1%nosuch0")).isEmpty();
		assertThat(this.lookup.problem("2001:db8::1%nosuch0")).contains("network interface");
	}

	@Test
	void aNameIsLookedUpEachTimeAndWhetherItChangedIsTold() throws UnknownHostException {
		answer(A, "10.0.0.1", "10.0.0.2");
		lookUp(A);
		assertThat(addresses(A)).containsExactly("10.0.0.1", "10.0.0.2");
		answer(A, "10.0.0.3");
		lookUp(A);
		assertThat(addresses(A)).containsExactly("10.0.0.3");
		lookUp(A);
		assertThat(this.ended).containsExactly(true, true, false);
	}

	@Test
	void theSameAddressesInAnotherOrderAreNothingNew() throws UnknownHostException {
		answer(A, "10.0.0.1", "10.0.0.2");
		lookUp(A);
		answer(A, "10.0.0.2", "10.0.0.1");
		lookUp(A);
		assertThat(addresses(A)).containsExactly("10.0.0.1", "10.0.0.2");
		assertThat(this.ended).containsExactly(true, false);
	}

	@Test
	void theLastAddressesAreKeptWhileANameCannotBeLookedUp() throws UnknownHostException {
		answer(A, "10.0.0.1");
		lookUp(A);
		this.dns.clear();
		lookUp(A);
		assertThat(addresses(A)).containsExactly("10.0.0.1");
		assertThat(this.lookup.failing()).isTrue();
		answer(A, "10.0.0.1");
		lookUp(A);
		assertThat(this.lookup.failing()).isFalse();
	}

	@Test
	void aNameThatWasNeverKnownHasNoAddressAndItIsSaidWhy() {
		lookUp(A);
		assertThat(addresses(A)).isEmpty();
		assertThat(this.lookup.problem(A)).contains("UnknownHostException");
	}

	@Test
	void aLookupThatThrowsAnythingHasEndedToo() {
		HostLookup failing = new HostLookup("test/hello", (host) -> {
			throw new SecurityException("not\nallowed");
		}, (host, addresses) -> addresses, this.lookups::add, Runnable::run, this.ended::add);
		failing.lookUp(List.of(A));
		run();
		assertThat(failing.looking()).isFalse();
		assertThat(failing.problem(A)).contains("SecurityException", "not\\x0aallowed");
	}

	@Test
	void whatIsNotAskedForAnyMoreIsForgotten() throws UnknownHostException {
		answer(A, "10.0.0.1");
		lookUp(A);
		this.lookup.lookUp(List.of(A));
		this.lookup.lookUp(List.of());
		assertThat(this.lookup.looking()).isFalse();
		run();
		assertThat(addresses(A)).isEmpty();
	}

	@Test
	void aNameThatIsAskedForWhileItIsLookedUpIsLookedUpOnceMore() throws UnknownHostException {
		answer(A, "10.0.0.1");
		for (int i = 0; i < 100; i++) {
			this.lookup.lookUp(List.of(A));
		}
		assertThat(this.lookups).hasSize(1);
		this.lookups.remove().run();
		assertThat(addresses(A)).containsExactly("10.0.0.1");
		assertThat(this.lookup.looking()).isTrue();
		assertThat(this.lookups).hasSize(1);
		run();
		assertThat(this.lookup.looking()).isFalse();
	}

	@Test
	void manyNamesAreLookedUpAFewAtATime() throws UnknownHostException {
		List<String> names = IntStream.range(0, 100).mapToObj((number) -> "n" + number + ".example.org").toList();
		for (String name : names) {
			answer(name, "10.0.0.1");
		}
		this.lookup.lookUp(names);
		assertThat(this.lookups).hasSize(HostLookup.PLACES);
		while (!this.lookups.isEmpty()) {
			this.lookups.remove().run();
			assertThat(this.lookups).hasSizeLessThanOrEqualTo(HostLookup.PLACES);
		}
		assertThat(names).allSatisfy((name) -> assertThat(addresses(name)).hasSize(1));
	}

	@Test
	void whoeverRegistersManyUnknownNamesDoesNotFillTheLog() {
		lookUp(IntStream.range(0, 1_000).mapToObj((number) -> "n" + number + ".example.org").toArray(String[]::new));
		assertThat(this.log.at("WARN")).singleElement()
			.asString()
			.contains("n0.example.org", "left out", "UnknownHostException", "'test/hello\\x0a'", "register an address");
	}

	@Test
	void aNameDoesNotLeadWhereAnAddressMustNot() throws UnknownHostException {
		answer(A, "169.254.169.254", "10.66.0.1", "10.0.0.1");
		lookUp(A);
		assertThat(addresses(A)).containsExactly("10.0.0.1");
		answer(A, "10.66.0.1");
		lookUp(A);
		assertThat(addresses(A)).isEmpty();
		assertThat(this.lookup.problem(A)).contains("must not be used");
		assertThat(this.lookup.failing()).isTrue();
	}

	private void answer(String host, String... addresses) throws UnknownHostException {
		InetAddress[] answer = new InetAddress[addresses.length];
		for (int i = 0; i < addresses.length; i++) {
			answer[i] = InetAddress.getByName(addresses[i]);
		}
		this.dns.put(host, answer);
	}

	private void lookUp(String... names) {
		this.lookup.lookUp(List.of(names));
		run();
	}

	private void run() {
		while (!this.lookups.isEmpty()) {
			this.lookups.remove().run();
		}
	}

	private List<String> addresses(String host) {
		return this.lookup.addresses(host).stream().map(InetAddress::getHostAddress).toList();
	}

}
