package io.github.etcddiscovery.address;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

	/**
	 * Each form is 16 bytes: in hexadecimal, any byte, an octet of the IPv4 address, or
	 * an octet with every bit turned, as Teredo has it.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "000000000000000000000000v0v1v2v3", "00000000000000000000ffffv0v1v2v3",
			"0000000000000000ffff0000v0v1v2v3", "2002v0v1v2v3????????????????????", "0064ff9b0000000000000000v0v1v2v3",
			"0064ff9b0001????????????v0v1v2v3", "0064ff9b0001v0v1??v2v3??????????", "0064ff9b0001??v0??v1v2v3????????",
			"0064ff9b0001??????v0v1v2v3??????", "????????????????00005efev0v1v2v3", "????????????????02005efev0v1v2v3",
			"20010000v0v1v2v3????????????????", "20010000????????????????x0x1x2x3" })
	void noSpellingOfAnIpv6AddressHidesTheDeniedIpv4AddressThatItCarries(String form) throws UnknownHostException {
		for (int i = 0; i < 5_000; i++) {
			byte[] v4 = address(4);
			v4[0] = (byte) (1 + this.random.nextInt(255));
			AddressFilter filter = AddressFilter.denying(List.of(text(v4) + "/" + (16 + this.random.nextInt(17))));
			byte[] v6 = carrying(form, v4);
			String spelled = spelled(v6);
			assertThat(filter.denies(spelled)).as("%s: %s in %s", seed(), text(v4), spelled).isTrue();
			assertThat(filter.denies(InetAddress.getByAddress(v6))).as("%s: %s", seed(), spelled).isTrue();
		}
	}

	@Test
	void whatLiesInNoFormOfCarryingIsJudgedAlone() throws UnknownHostException {
		AddressFilter filter = AddressFilter.denying(List.of("0.0.0.0/0"));
		for (int i = 0; i < 20_000; i++) {
			byte[] v6 = address(16);
			v6[0] = (byte) 0x2a;
			v6[10] = 0;
			assertThat(filter.denies(spelled(v6))).as("%s: %s", seed(), text(v6)).isFalse();
		}
	}

	private byte[] carrying(String form, byte[] v4) {
		byte[] address = new byte[16];
		for (int i = 0; i < address.length; i++) {
			String part = form.substring(2 * i, 2 * i + 2);
			address[i] = (byte) switch (part.charAt(0)) {
				case 'v' -> v4[part.charAt(1) - '0'];
				case 'x' -> ~v4[part.charAt(1) - '0'];
				case '?' -> this.random.nextInt(256);
				default -> Integer.parseInt(part, 16);
			};
		}
		return address;
	}

	/** Any of the ways to write an address: case, zeros, groups, dots, a gap, a zone. */
	private String spelled(byte[] v6) throws UnknownHostException {
		String text = IntStream.range(0, 8)
			.mapToObj((group) -> Integer.toHexString((v6[2 * group] & 0xff) << 8 | (v6[2 * group + 1] & 0xff)))
			.collect(Collectors.joining(":"));
		if (this.random.nextBoolean()) {
			byte[] last = Arrays.copyOfRange(v6, 12, 16);
			text = text.replaceFirst("[^:]+:[^:]+$", text(last));
		}
		if (this.random.nextBoolean()) {
			text = text.replaceFirst("(?<![0-9a-f])0(:0)+(?![0-9a-f.])", ":").replaceFirst(":{3,}", "::");
			text = text.startsWith(":") && !text.startsWith("::") ? ":" + text : text;
			text = text.endsWith(":") && !text.endsWith("::") ? text + ":" : text;
		}
		if (this.random.nextBoolean()) {
			text = text.replaceAll("(?<![0-9a-f.])([0-9a-f]{1,3})(?![0-9a-f.])", "0$1");
		}
		text = this.random.nextBoolean() ? text.toUpperCase(Locale.ROOT) : text;
		return this.random.nextBoolean() ? text : text + "%eth0";
	}

}
