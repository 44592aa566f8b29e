package io.github.etcddiscovery.grpc;

import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Reads the name of a service from a target as etcd's resolver for Go does, and makes the
 * authority of it.
 */
final class GrpcTarget {

	/** RFC 3986: what an authority may hold besides letters and digits. */
	private static final String ALLOWED = "-._~!$&'()*+,;=:[]@";

	private GrpcTarget() {
	}

	/**
	 * Returns the service: the path or the opaque part without one leading slash,
	 * decoded. Authority, query and fragment are passed over.
	 * @throws IllegalArgumentException if there is none
	 */
	static String service(URI target) {
		String path = target.isOpaque() ? opaquePart(target) : target.getPath();
		String service = path.startsWith("/") ? path.substring(1) : path;
		if (service.isEmpty()) {
			throw new IllegalArgumentException("Target '" + target
					+ "' names no service (expected: etcd:///<service>, with three slashes or none)");
		}
		return service;
	}

	/** To {@link URI} the query of an opaque one is a part of it. */
	private static String opaquePart(URI target) {
		String part = target.getRawSchemeSpecificPart();
		int query = part.indexOf('?');
		return URI.create("etcd:/" + ((query < 0) ? part : part.substring(0, query))).getPath();
	}

	/**
	 * Returns the authority that calls carry and certificates are checked against: the
	 * name of the service, escaped where it could not stand in a URI.
	 */
	static String authority(String service) {
		StringBuilder authority = new StringBuilder(service.length());
		for (byte octet : service.getBytes(StandardCharsets.UTF_8)) {
			char c = (char) (octet & 0xff);
			boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
			if (plain || ALLOWED.indexOf(c) >= 0) {
				authority.append(c);
			}
			else {
				authority.append(String.format("%%%02X", (int) c));
			}
		}
		return authority.toString();
	}

}
