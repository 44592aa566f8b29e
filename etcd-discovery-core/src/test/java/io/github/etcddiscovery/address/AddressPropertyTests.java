package io.github.etcddiscovery.address;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for all addresses. The seed is another one on every run and stands in each
 * failure; {@code -Dtest.seed=...} repeats a run.
 */
class AddressPropertyTests {

	private static final String[] PARTS = { "10", "0", "255", "256", "01", "0x7f", "1.2.3.4", "::", ":", ":", ".", ".",
			"-", "_", "a", "fe80", "ffff", "12345", "[", "]", "%", "%eth0", "%25", "@", "/", "?", "#", " ", "\t",
			"\u0000", "\u0661", "\u00e9", "\ud83d", "80", ":80", ":65535", ":65536", ":0", ":+1", "h", "svc.local",
			"http://" };

	private final long seed = Long.getLong("test.seed", System.nanoTime());

	private final SplittableRandom random = new SplittableRandom(this.seed);

	private String seed() {
		return "-Dtest.seed=" + this.seed;
	}

	private byte[] address(int length) {
		byte[] address = new byte[length];
		this.random.nextBytes(address);
		for (int i = 0; i < length; i++) {
			address[i] = (this.random.nextInt(3) == 0) ? 0 : address[i];
		}
		return address;
	}

	private static String text(byte[] address) throws UnknownHostException {
		return InetAddress.getByAddress(address).getHostAddress();
	}

	@Test
	void whatIsAcceptedStandsInUrisAsTheHostThatItIs() throws URISyntaxException {
		int accepted = 0;
		for (int i = 0; i < 300_000; i++) {
			StringBuilder text = new StringBuilder();
			for (int parts = 1 + this.random.nextInt(6); parts > 0; parts--) {
				text.append(PARTS[this.random.nextInt(PARTS.length)]);
			}
			HostPort address = HostPort.parse(text.toString());
			if (address != null) {
				accepted++;
				URI uri = new URI("http://" + address + "/path?query");
				boolean v6 = address.host().indexOf(':') >= 0;
				assertThat(uri.getHost()).as("%s: %s", seed(), text)
					.isEqualTo(v6 ? "[" + address.host() + "]" : address.host());
				assertThat(uri.getPort()).as("%s: %s", seed(), text).isEqualTo(address.port());
				assertThat(uri.getUserInfo()).as("%s: %s", seed(), text).isNull();
				assertThat(HostPort.parse(address.toString())).as("%s: %s", seed(), text).isEqualTo(address);
			}
		}
		// Otherwise the parts never make an address.
		assertThat(accepted).as(seed()).isGreaterThan(300);
	}

	@Test
	void literalsAreReadAsTheJdkReadsThem() throws UnknownHostException {
		for (int i = 0; i < 20_000; i++) {
			byte[] address = address((i % 2 == 0) ? 4 : 16);
			assertThat(IpLiteral.parse(text(address))).as("%s: %s", seed(), text(address))
				.isEqualTo(InetAddress.getByAddress(address).getAddress());
		}
	}

	@Test
	void compressedLiteralsAreTheSameAddress() throws UnknownHostException {
		for (int i = 0; i < 20_000; i++) {
			byte[] address = address(16);
			address[0] = 1;
			String full = text(address);
			String compressed = full.replaceFirst("(:0)+:", "::");
			if (!compressed.endsWith("::0")) {
				assertThat(IpLiteral.parse(compressed)).as("%s: %s", seed(), full).isEqualTo(address);
			}
		}
	}

	@Test
	void canonicalLiteralsAreTheShortestOfTheSameAddress() throws UnknownHostException {
		for (int i = 0; i < 20_000; i++) {
			byte[] address = address((i % 4 == 0) ? 4 : 16);
			String full = text(address);
			String canonical = HostPort.canonicalHost(full);
			assertThat(IpLiteral.parse(canonical)).as("%s: %s", seed(), full).isEqualTo(IpLiteral.parse(full));
			assertThat(HostPort.canonicalHost(canonical)).as("%s: %s", seed(), full).isEqualTo(canonical);
			assertThat(canonical.length()).as("%s: %s", seed(), full).isLessThanOrEqualTo(full.length());
			assertThat(canonical.contains("::")).as("%s: %s", seed(), full)
				.isEqualTo((":" + full + ":").contains(":0:0:"));
		}
	}

	@Test
	void blockHoldsTheAddressesThatShareItsFirstBits() throws UnknownHostException {
		for (int i = 0; i < 20_000; i++) {
			int length = (i % 2 == 0) ? 4 : 16;
			byte[] network = address(length);
			byte[] host = network.clone();
			int flipped = this.random.nextInt(8 * length);
			host[flipped / 8] ^= (byte) (0x80 >> (flipped % 8));
			int bits = this.random.nextInt(8 * length + 1);
			CidrBlock block = CidrBlock.parse(text(network) + "/" + bits);
			int shift = 8 * length - bits;
			boolean same = new BigInteger(1, network).shiftRight(shift)
				.equals(new BigInteger(1, host).shiftRight(shift));
			assertThat(block.contains(host)).as("%s: %s/%s, bit %s", seed(), text(network), bits, flipped)
				.isEqualTo(same);
			assertThat(block.contains(network)).as(seed()).isTrue();
		}
	}

	@Test
	void filterDeniesMappedAddressesAsIpv4() throws UnknownHostException {
		for (int i = 0; i < 20_000; i++) {
			String v4 = text(address(4));
			AddressFilter filter = AddressFilter.denying(List.of(text(address(4)) + "/" + this.random.nextInt(9)));
			assertThat(filter.denies("::ffff:" + v4)).as("%s: %s", seed(), v4).isEqualTo(filter.denies(v4));
		}
	}

}
