package io.github.etcddiscovery.address;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Locale;

import io.github.etcddiscovery.Instance;
import org.jspecify.annotations.Nullable;

/**
 * A host and a TCP port, read strictly: what stands in a registry was written by anybody
 * and ends up in URIs. Not part of the API that users write against; may change.
 *
 * @param host IPv4 address in dotted decimal, IPv6 address without brackets and with or
 * without zone, or DNS name
 * @param port TCP port, 1 to 65535
 */
public record HostPort(String host, int port) {

	/** What a host has to look like, for messages. */
	static final String EXPECTED_HOST = "an IPv4 address, an IPv6 address or a DNS name of letters, digits, '-' and '.'";

	private static final int MAX_PORT = 65535;

	/**
	 * Checks.
	 * @throws IllegalArgumentException if the host is none or the port is not within 1 to
	 * 65535
	 */
	public HostPort {
		if (!isHost(host)) {
			throw new IllegalArgumentException("host: '" + host + "' (expected: " + EXPECTED_HOST + ")");
		}
		if (port < 1 || port > MAX_PORT) {
			throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
		}
	}

	/**
	 * Reads {@code host:port}. IPv6 hosts stand in brackets; without them, as Kitex
	 * writes them, the last colon is the one before the port.
	 * @param text the address
	 * @return host and port, or null where the text is anything else: no port, a scheme,
	 * user-info, a path, white space, percent signs, numbers that some take for an
	 * address
	 */
	public static @Nullable HostPort parse(String text) {
		int colon = text.lastIndexOf(':');
		int port = port(text.substring(colon + 1));
		if (colon < 1 || port < 0) {
			return null;
		}
		boolean bracketed = text.charAt(0) == '[' && text.charAt(colon - 1) == ']';
		String host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
		boolean valid = bracketed ? host.indexOf(':') >= 0 && isHost(host) : isHost(host);
		return valid ? new HostPort(host, port) : null;
	}

	/**
	 * Tells whether a text can be the host of an instance. Nothing is looked up.
	 * @param text the text
	 * @return whether it is an IPv4 address in dotted decimal, an IPv6 address without
	 * brackets, or a DNS name (RFC 1123). Underscores are refused, because
	 * {@link java.net.URI} knows no host that has one
	 */
	public static boolean isHost(String text) {
		return IpLiteral.parse(text) != null || HostName.isValid(text);
	}

	/**
	 * Tells whether a text is an IP address, so that nothing has to be looked up.
	 * @param text the text
	 * @return whether it is an IPv4 address in dotted decimal or an IPv6 address without
	 * brackets
	 */
	public static boolean isIpAddress(String text) {
		return IpLiteral.parse(text) != null;
	}

	/**
	 * Returns the same text for every spelling of a host.
	 * @param host the host
	 * @return an IP address as RFC 5952 has it, an IPv4-mapped one as the IPv4 address
	 * that it is and a zone as it was; a name in lower case
	 */
	public static String canonicalHost(String host) {
		byte[] address = (host.indexOf(':') >= 0) ? IpLiteral.parse(host) : null;
		if (address == null) {
			return host.toLowerCase(Locale.ROOT);
		}
		int zone = host.indexOf('%');
		return IpLiteral.text(address) + ((zone >= 0) ? host.substring(zone) : "");
	}

	/**
	 * Returns an address as Go prints it and thus as a Go process at the same address
	 * registers it. The JDK prints all eight groups of an IPv6 address.
	 * @param address the address
	 * @return the host; a zone only where it is part of the address, as in link-local
	 * ones: the JDK has one for every address that was found at an interface
	 */
	public static String host(InetAddress address) {
		String text = address.getHostAddress();
		int zone = text.indexOf('%');
		return canonicalHost((zone < 0 || address.isLinkLocalAddress()) ? text : text.substring(0, zone));
	}

	/**
	 * Tells whether the host is {@code 0.0.0.0} or {@code ::}, which stand for all
	 * addresses of a machine and can be listened on but not reached.
	 * @return whether it is
	 */
	public boolean isUnspecified() {
		return isUnspecified(this.host);
	}

	static boolean isUnspecified(String host) {
		byte[] address = IpLiteral.parse(host);
		return address != null && Arrays.equals(address, new byte[address.length]);
	}

	/**
	 * Reads a port.
	 * @param text decimal digits
	 * @return the port, 1 to 65535, or -1 where the text is none
	 */
	public static int port(String text) {
		if (text.isEmpty() || text.length() > 5) {
			return -1;
		}
		int port = 0;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c < '0' || c > '9') {
				return -1;
			}
			port = port * 10 + c - '0';
		}
		return (port >= 1 && port <= MAX_PORT) ? port : -1;
	}

	/**
	 * Returns the address as it stands in a URI.
	 * @return {@code host:port}, an IPv6 host in brackets
	 */
	@Override
	public String toString() {
		return Instance.address(this.host, this.port);
	}

}
