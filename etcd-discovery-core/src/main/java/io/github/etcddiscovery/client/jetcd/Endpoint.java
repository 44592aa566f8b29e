package io.github.etcddiscovery.client.jetcd;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;

/**
 * Address of one etcd server, checked before jetcd sees it: jetcd drops user-info and
 * paths without a word, speaks plaintext to {@code https} when it has no certificates,
 * and takes no IPv6.
 *
 * @param host host name or IP address, IPv6 without brackets
 * @param port port, 1 to 65535
 * @param tls whether TLS is spoken
 */
public record Endpoint(String host, int port, boolean tls) {

	private static final Pattern PARTS = Pattern.compile("(?:([^:/?#]*)://)?([^/?#]*)(.*)", Pattern.DOTALL);

	private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^]]*]|[^\\[:]*)(?::([^:]*))?");

	/**
	 * Parses and checks a whole list.
	 * @param endpoints as users write them
	 * @param tlsConfigured whether there are TLS settings
	 * @return the endpoints, all with TLS or all without
	 * @throws IllegalArgumentException if there is none, one cannot be right, or they do
	 * not go together
	 */
	public static List<Endpoint> parseAll(List<String> endpoints, boolean tlsConfigured) {
		if (endpoints.isEmpty()) {
			throw new IllegalArgumentException(
					"endpoints: none given (expected: at least one, for example " + "http://localhost:2379)");
		}
		List<Endpoint> parsed = endpoints.stream().map((text) -> parse(text, tlsConfigured)).distinct().toList();
		if (parsed.stream().map(Endpoint::tls).distinct().count() > 1) {
			throw new IllegalArgumentException("endpoints: " + describe(parsed)
					+ " mix http and https (expected: one of the two for all; no scheme means "
					+ (tlsConfigured ? "https" : "http") + " here)");
		}
		return parsed;
	}

	/**
	 * Checks a name that stands for the endpoint's own.
	 * @param authority host, or host and port
	 * @throws IllegalArgumentException if it cannot be right
	 */
	public static void checkAuthority(String authority) {
		String shown = "authority '" + Bytes.utf8(authority) + "'";
		Matcher hostAndPort = HOST_AND_PORT.matcher(authority);
		if (!hostAndPort.matches()) {
			throw refused(shown, "is not a host, or host:port");
		}
		host(shown, hostAndPort.group(1));
		if (hostAndPort.group(2) != null) {
			port(shown, hostAndPort.group(2));
		}
	}

	private static Endpoint parse(String text, boolean tlsConfigured) {
		// What stands before an @ is often a password.
		String shown = "endpoint '" + Bytes.utf8(text.replaceAll("(?s)(^|//)[^/?#]*@", "$1***@")) + "'";
		Matcher parts = PARTS.matcher(text.strip());
		if (!parts.matches()) {
			throw refused(shown, "is empty");
		}
		boolean tls = tls(shown, parts.group(1), tlsConfigured);
		String authority = parts.group(2);
		if (authority.contains("@")) {
			throw refused(shown, "contains a user name (expected: credentials in settings of their own)");
		}
		if (!parts.group(3).isEmpty() && !parts.group(3).equals("/")) {
			throw refused(shown, "has a path or query, which etcd's protocol has no place for");
		}
		Matcher hostAndPort = HOST_AND_PORT.matcher(authority);
		if (!hostAndPort.matches()) {
			throw refused(shown, "is not host:port (IPv6 goes in brackets, as in [::1]:2379)");
		}
		return new Endpoint(host(shown, hostAndPort.group(1)), port(shown, hostAndPort.group(2)), tls);
	}

	private static boolean tls(String shown, @Nullable String scheme, boolean tlsConfigured) {
		if (scheme == null) {
			return tlsConfigured;
		}
		return switch (scheme.toLowerCase(Locale.ROOT)) {
			case "https" -> true;
			case "http" -> {
				if (tlsConfigured) {
					throw refused(shown, "says http, but TLS is configured (expected: https, or no TLS settings; "
							+ "plaintext is never spoken by accident)");
				}
				yield false;
			}
			default -> throw refused(shown, "has an unknown scheme (expected: http or https)");
		};
	}

	private static String host(String shown, String host) {
		if (host.startsWith("[")) {
			String address = host.substring(1, host.length() - 1);
			if (!address.contains(":") || address.contains("%") || !HostPort.isHost(address)) {
				throw refused(shown, "has no IPv6 address in its brackets");
			}
			return address;
		}
		if (host.isEmpty()) {
			throw refused(shown, "has no host");
		}
		if (host.contains("_")) {
			throw refused(shown, "has a host name with '_', which is not allowed in host names");
		}
		if (!HostPort.isHost(host)) {
			throw refused(shown, "has a host that is neither a host name nor an IP address");
		}
		return host;
	}

	private static int port(String shown, @Nullable String port) {
		if (port == null) {
			throw refused(shown, "has no port (etcd's own is 2379)");
		}
		int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
		if (number < 1 || number > 65535) {
			throw refused(shown, "has no valid port (expected: 1 to 65535)");
		}
		return number;
	}

	private static IllegalArgumentException refused(String shown, String reason) {
		return new IllegalArgumentException(shown + " " + reason);
	}

	/**
	 * Lists endpoints, for messages.
	 * @param endpoints some endpoints
	 * @return one line
	 */
	static String describe(List<Endpoint> endpoints) {
		return endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(", "));
	}

	/**
	 * Returns host and port as they stand in a URI, and as a certificate is checked
	 * against.
	 * @return host and port, IPv6 in brackets
	 */
	String authority() {
		return Instance.address(this.host, this.port);
	}

	@Override
	public String toString() {
		return (this.tls ? "https://" : "http://") + authority();
	}

}
