package io.github.etcddiscovery.codec;

import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The address of an instance as a URL, or as {@code host:port}. Other than with
 * {@link java.net.URI} the host is checked and the rest is not.
 *
 * @param scheme the scheme in lower case; empty where there is none
 * @param address host and port, the port of the scheme where none is written
 * @param path what follows the address, up to the query; can be empty
 * @param query what follows the question mark; empty where there is none
 */
record InstanceUrl(String scheme, HostPort address, String path, String query) {

	private static final String HTTP = "http";

	private static final String HTTPS = "https";

	private static final String GRPCS = "grpcs";

	private static final Map<String, Integer> PORTS = Map.of(HTTP, 80, HTTPS, 443);

	/** Bounds what a hostile name costs; no DNS name is longer. */
	private static final int MAX_HOST = 253;

	/**
	 * Decodes a value that is nothing but text. ASCII white space around it is dropped:
	 * people pipe files into etcd.
	 */
	static String text(Bytes value) throws UnreadableException {
		if (value.size() > Limits.MAX_VALUE_BYTES) {
			throw new UnreadableException(Reason.TOO_LARGE);
		}
		String text = value.strictUtf8();
		if (text == null) {
			throw new UnreadableException(Reason.ENCODING);
		}
		return trim(text);
	}

	private static String trim(String text) {
		int start = 0;
		int end = text.length();
		while (start < end && isSpace(text.charAt(start))) {
			start++;
		}
		while (end > start && isSpace(text.charAt(end - 1))) {
			end--;
		}
		return text.substring(start, end);
	}

	private static boolean isSpace(char c) {
		return c == ' ' || (c >= '\t' && c <= '\r');
	}

	/** Reads a URL or {@code host:port}, and accepts nothing else. */
	static InstanceUrl require(String text) throws UnreadableException {
		InstanceUrl url = parse(text);
		if (url == null) {
			throw new UnreadableException(Reason.ADDRESS);
		}
		return url;
	}

	/**
	 * Reads a URL or {@code host:port}.
	 * @return the URL, or null where there is no usable address in it
	 */
	static @Nullable InstanceUrl parse(String text) {
		int colon = text.indexOf("://");
		if (colon < 0) {
			HostPort address = HostPort.parse(text);
			return (address != null) ? new InstanceUrl("", address, "", "") : null;
		}
		int start = colon + 3;
		int end = endOf(text, start, "/?#");
		String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
		HostPort address = isScheme(scheme) ? authority(text.substring(start, end), scheme) : null;
		if (address == null) {
			return null;
		}
		String rest = text.substring(end, endOf(text, end, "#"));
		int question = endOf(rest, 0, "?");
		return new InstanceUrl(scheme, address, rest.substring(0, question),
				rest.substring(Math.min(question + 1, rest.length())));
	}

	private static int endOf(String text, int start, String delimiters) {
		int end = start;
		while (end < text.length() && delimiters.indexOf(text.charAt(end)) < 0) {
			end++;
		}
		return end;
	}

	private static @Nullable HostPort authority(String text, String scheme) {
		int colon = text.lastIndexOf(':');
		if (colon > text.lastIndexOf(']')) {
			String host = ascii(text.substring(0, colon));
			return (host != null) ? HostPort.parse(host + text.substring(colon)) : null;
		}
		String host = ascii(text);
		Integer port = PORTS.get(scheme);
		return (host != null && port != null) ? HostPort.parse(host + ":" + port) : null;
	}

	/** Returns the name as DNS and URIs have it, and the zone as addresses have it. */
	private static @Nullable String ascii(String host) {
		if (GoText.isAscii(host)) {
			return host.replace("%25", "%");
		}
		try {
			return (host.length() <= MAX_HOST) ? IDN.toASCII(host) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static boolean isScheme(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			boolean letter = c >= 'a' && c <= 'z';
			if (!letter && (i == 0 || "0123456789+-.".indexOf(c) < 0)) {
				return false;
			}
		}
		return !text.isEmpty();
	}

	/**
	 * Returns the address alone, as Kratos has it.
	 * @return the same scheme, with an {@code s} where {@code isSecure} said so in the
	 * query, as in older versions
	 */
	InstanceUrl withoutPath() {
		boolean secure = List.of(this.query.split("&")).contains("isSecure=true");
		return new InstanceUrl(secure ? withTls(this.scheme) : this.scheme, this.address, "", "");
	}

	private static String withTls(String scheme) {
		return (scheme.equals(HTTP) || scheme.equals("grpc")) ? scheme + "s" : scheme;
	}

	boolean isHttp() {
		return HTTP.equals(this.scheme) || HTTPS.equals(this.scheme);
	}

	/**
	 * Returns the instance at this address.
	 * @param service name of its service
	 * @param weight its weight
	 * @param tags its tags, to which those are added that the URL says: {@code secure}
	 * for {@code https} and {@code grpcs}, the scheme where it is none of HTTP,
	 * {@code path} and {@code query}
	 */
	Instance instance(String service, int weight, Map<String, String> tags) throws UnreadableException {
		addScheme(tags);
		if (this.path.length() > 1) {
			tags.put("path", this.path);
		}
		if (!this.query.isEmpty()) {
			tags.put("query", this.query);
		}
		if (Limits.problem(tags) != null) {
			throw new UnreadableException(Reason.TOO_LARGE);
		}
		return new Instance(service, this.address.host(), this.address.port(), weight, tags);
	}

	private void addScheme(Map<String, String> tags) {
		// Somebody's own metadata must not change how callers speak to this address.
		if (isHttp()) {
			tags.remove(Instance.SCHEME);
		}
		else if (!this.scheme.isEmpty()) {
			tags.put(Instance.SCHEME, this.scheme);
		}
		if (HTTPS.equals(this.scheme) || GRPCS.equals(this.scheme)) {
			tags.put(Instance.SECURE, "true");
		}
		else if (HTTP.equals(this.scheme)) {
			tags.computeIfPresent(Instance.SECURE, (name, value) -> value.equalsIgnoreCase("true") ? null : value);
		}
	}

	/**
	 * Returns the scheme to write an instance with.
	 * @return that of its tag, else {@code http}; with TLS {@code https} or {@code grpcs}
	 * @throws IllegalArgumentException if the tag is no scheme: Go would not read the URL
	 */
	static String scheme(Instance instance) {
		String written = instance.tags().getOrDefault(Instance.SCHEME, "");
		String scheme = written.isEmpty() ? HTTP : written.toLowerCase(Locale.ROOT);
		if (!isScheme(scheme)) {
			throw new IllegalArgumentException("tag '" + Instance.SCHEME + "': '" + Bytes.utf8(written)
					+ "' (expected: the scheme of a URL, such as grpc)");
		}
		return instance.secure() ? withTls(scheme) : scheme;
	}

	/** Writes a URL; the percent sign before a zone is escaped, as Go demands. */
	static String write(String scheme, HostPort address) {
		return scheme + "://" + address.toString().replace("%", "%25");
	}

}
