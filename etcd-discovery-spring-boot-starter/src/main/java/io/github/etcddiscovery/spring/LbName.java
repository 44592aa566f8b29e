package io.github.etcddiscovery.spring;

import java.net.URI;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Whether the name of a service can stand in {@code lb://name}. Gateways make a route of
 * every name that the discovery clients list: one that is no URI stops them, and one that
 * means another host, or a pattern, takes the calls of other services. Not part of the
 * API that users write against; may change.
 */
public final class LbName {

	/** Of what an authority may hold: a path or regular expression reads them anew. */
	private static final String PATTERN = "*+(),";

	private LbName() {
	}

	/**
	 * Tells whether a name does no harm where somebody makes a route of it.
	 * @param name name of a service
	 * @return whether it is the host of the URI, or a plain name that is no host there,
	 * such as {@code music_user}: calls to that fail, and no others
	 */
	public static boolean isHarmless(String name) {
		if (isPlain(name)) {
			return true;
		}
		URI uri = uri(name);
		if (uri == null || uri.getHost() != null) {
			return uri != null && uri.getHost().equals(name);
		}
		return name.equals(uri.getRawAuthority()) && name.chars().noneMatch((c) -> PATTERN.indexOf(c) >= 0);
	}

	/**
	 * Tells whether clients can call a service by its name.
	 * @param name name of a service, or an alias
	 * @return whether it is the host of the URI
	 */
	public static boolean isHost(String name) {
		URI uri = uri(name);
		return uri != null && name.equals(uri.getHost());
	}

	/**
	 * Makes an alias for a name.
	 * @param name name of a service
	 * @return a name much like it that clients can call
	 */
	public static String alias(String name) {
		String parts = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
		return isHost(parts) ? parts : ("service-" + parts).replaceAll("-$", "");
	}

	/** Of nearly all names this is all that has to be looked at. */
	private static boolean isPlain(String name) {
		return name.chars().allMatch(LbName::isPlain);
	}

	private static boolean isPlain(int c) {
		int lower = c | 0x20;
		return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || "-._".indexOf(c) >= 0;
	}

	private static @Nullable URI uri(String name) {
		try {
			return URI.create("lb://" + name);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
