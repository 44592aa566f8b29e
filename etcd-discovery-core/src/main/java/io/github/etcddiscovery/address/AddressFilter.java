package io.github.etcddiscovery.address;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses of instances are never used, whatever a registry says: a registry is
 * written by many, and 169.254.169.254 is where clouds keep their credentials. Immutable.
 * Not part of the API that users write against; may change.
 */
public final class AddressFilter {

	private static final List<String> ALWAYS = List.of("0.0.0.0/32", "::/128", "224.0.0.0/4", "ff00::/8",
			"169.254.0.0/16", "fe80::/10");

	private final List<CidrBlock> denied;

	private AddressFilter(List<CidrBlock> denied) {
		this.denied = denied;
	}

	/**
	 * Returns a filter that denies unspecified, multicast and link-local addresses, and
	 * some more.
	 * @param blocks CIDR blocks, IPv4 or IPv6 ({@code 10.0.0.0/8}, {@code fd00::/8}); an
	 * address alone is a block of one
	 * @return the filter
	 * @throws IllegalArgumentException if one of them is no CIDR block; the message names
	 * it
	 */
	public static AddressFilter denying(List<String> blocks) {
		return new AddressFilter(Stream.concat(ALWAYS.stream(), blocks.stream()).map(CidrBlock::parse).toList());
	}

	/**
	 * Tells whether a host must not be used. Names are not looked up and not denied.
	 * IPv4-mapped IPv6 addresses are IPv4 addresses; an IPv6 address that carries an IPv4
	 * one in another way (compatible, translated, 6to4, NAT64, Teredo, ISATAP) is denied
	 * where one of both is; zones are passed over.
	 * @param host IP address without brackets, or DNS name
	 * @return whether it lies in a block that is denied
	 */
	public boolean denies(String host) {
		byte[] address = IpLiteral.parse(host);
		return address != null && denies(address);
	}

	/**
	 * Tells whether an address that a name was looked up to must not be used.
	 * @param address the address
	 * @return whether it lies in a block that is denied, as in {@link #denies(String)}
	 */
	public boolean denies(InetAddress address) {
		return denies(IpLiteral.unmapped(address.getAddress()));
	}

	private boolean denies(byte[] address) {
		if (isDenied(address)) {
			return true;
		}
		for (byte[] carried : CarriedIpv4.in(address)) {
			if (isDenied(carried)) {
				return true;
			}
		}
		return false;
	}

	private boolean isDenied(byte[] address) {
		for (CidrBlock block : this.denied) {
			if (block.contains(address)) {
				return true;
			}
		}
		return false;
	}

}
