package io.github.etcddiscovery.address;

import io.github.etcddiscovery.Bytes;

/**
 * The addresses that share their first bits.
 */
final class CidrBlock {

	/** Bits by which an IPv4-mapped IPv6 address is longer than its IPv4 address. */
	private static final int MAPPED_BITS = 96;

	private final byte[] network;

	private final int bits;

	private CidrBlock(byte[] network, int bits) {
		this.network = network;
		this.bits = bits;
	}

	/**
	 * Reads {@code address/bits}; bits of the address beyond the prefix are passed over.
	 */
	static CidrBlock parse(String text) {
		int slash = text.indexOf('/');
		String address = (slash < 0) ? text : text.substring(0, slash);
		byte[] network = (address.indexOf('%') < 0) ? IpLiteral.parse(address) : null;
		if (network == null) {
			throw refused(text);
		}
		int bits = 8 * network.length;
		if (slash >= 0) {
			boolean mapped = network.length == 4 && address.indexOf(':') >= 0;
			bits = bits(text, slash + 1) - (mapped ? MAPPED_BITS : 0);
		}
		if (bits < 0 || bits > 8 * network.length) {
			throw refused(text);
		}
		return new CidrBlock(network, bits);
	}

	private static int bits(String text, int start) {
		String digits = text.substring(start);
		if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			throw refused(text);
		}
		return Integer.parseInt(digits);
	}

	private static IllegalArgumentException refused(String text) {
		return new IllegalArgumentException("denied address: '" + Bytes.utf8(text)
				+ "' (expected: a CIDR block such as 10.0.0.0/8 or fd00::/8, or an IP address)");
	}

	boolean contains(byte[] address) {
		if (address.length != this.network.length) {
			return false;
		}
		int whole = this.bits / 8;
		for (int i = 0; i < whole; i++) {
			if (address[i] != this.network[i]) {
				return false;
			}
		}
		int rest = this.bits % 8;
		return rest == 0 || ((address[whole] ^ this.network[whole]) & (0xff00 >> rest)) == 0;
	}

}
