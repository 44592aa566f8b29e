package io.github.etcddiscovery.address;

import java.util.ArrayList;
import java.util.List;

/**
 * The IPv4 addresses that stand inside an IPv6 address. Where a machine or its network
 * translates or tunnels, a connection to {@code 64:ff9b::a9fe:a9fe} goes to
 * 169.254.169.254. IPv4-mapped addresses are not among them: they are read as IPv4.
 */
final class CarriedIpv4 {

	/** Beyond these, an ISATAP interface has one behind any prefix. */
	private static final List<Form> FORMS = List.of(
			// IPv4-compatible (RFC 4291), and IPv4-translated (RFC 7915).
			Form.of("::/96", 12, 13, 14, 15), Form.of("::ffff:0:0:0/96", 12, 13, 14, 15),
			// NAT64 by its well-known prefix, and by a prefix of the network's own of
			// which
			// the length is not known (RFC 6052, RFC 8215).
			Form.of("64:ff9b::/96", 12, 13, 14, 15), Form.of("64:ff9b:1::/48", 12, 13, 14, 15),
			Form.of("64:ff9b:1::/48", 6, 7, 9, 10), Form.of("64:ff9b:1::/48", 7, 9, 10, 11),
			Form.of("64:ff9b:1::/48", 9, 10, 11, 12),
			// 6to4 (RFC 3056).
			Form.of("2002::/16", 2, 3, 4, 5),
			// Teredo's server, and its client with every bit turned (RFC 4380).
			Form.of("2001::/32", 4, 5, 6, 7), Form.turned("2001::/32", 12, 13, 14, 15));

	private static final Form ISATAP = Form.of("::/0", 12, 13, 14, 15);

	private CarriedIpv4() {
	}

	/**
	 * Finds them all.
	 * @param address 4 or 16 bytes
	 * @return the addresses of 4 bytes; more than one where it is not known which of them
	 * counts
	 */
	static List<byte[]> in(byte[] address) {
		List<byte[]> carried = new ArrayList<>();
		for (Form form : FORMS) {
			if (form.block.contains(address)) {
				form.addTo(carried, address);
			}
		}
		if (isIsatap(address)) {
			ISATAP.addTo(carried, address);
		}
		return carried;
	}

	/**
	 * Interface identifiers {@code 0000:5efe:a.b.c.d} and {@code 0200:5efe:a.b.c.d} (RFC
	 * 5214).
	 */
	private static boolean isIsatap(byte[] address) {
		return address.length == 16 && (address[8] & 0xfc) == 0 && address[9] == 0 && address[10] == 0x5e
				&& address[11] == (byte) 0xfe;
	}

	/**
	 * Where the four octets stand.
	 *
	 * @param block the addresses of this form
	 * @param turned the bits that are turned in each octet
	 * @param places the places of the octets
	 */
	private record Form(CidrBlock block, int turned, List<Integer> places) {

		static Form of(String block, Integer... places) {
			return new Form(CidrBlock.parse(block), 0, List.of(places));
		}

		static Form turned(String block, Integer... places) {
			return new Form(CidrBlock.parse(block), 0xff, List.of(places));
		}

		/**
		 * Leaves out what lies in 0.0.0.0/8: nothing is reached by it, {@code ::1}
		 * carries no address, and most prefixes of a network's own have zeros there.
		 */
		void addTo(List<byte[]> carried, byte[] address) {
			byte[] v4 = new byte[4];
			for (int i = 0; i < v4.length; i++) {
				v4[i] = (byte) (address[this.places.get(i)] ^ this.turned);
			}
			if (v4[0] != 0) {
				carried.add(v4);
			}
		}

	}

}
