package io.github.etcddiscovery.codec;

import org.jspecify.annotations.Nullable;

/**
 * Where the name of the service stands in a key, and what it may be so that no key
 * belongs to two services.
 */
enum KeyShape {

	/** {@code <prefix>/<service>/<id>}: the service ends at the first slash. */
	FLAT {

		@Override
		int end(String key, int start, @Nullable String service) {
			return key.indexOf('/', start);
		}

		@Override
		@Nullable String problem(String name) {
			return (name.indexOf('/') >= 0) ? "no '/'" : ServiceName.problem(name);
		}

	},

	/**
	 * {@code <prefix>/<service>/<id>}: the service may have slashes and ends at the last
	 * one, or at the last one before a URL, since two slashes in a row are in no name.
	 */
	NESTED {

		@Override
		int end(String key, int start, @Nullable String service) {
			int url = key.indexOf(URL, start);
			return key.lastIndexOf('/', (url >= 0) ? url : key.length());
		}

		@Override
		@Nullable String problem(String name) {
			return name.startsWith("/") ? PARTS : nestedProblem(name);
		}

	},

	/**
	 * {@code <service>/<id>}: services stand anywhere in etcd, so each has to be asked
	 * for. The id has no slash, or is a URL.
	 */
	ROOTED {

		@Override
		int start(String prefix, String key) {
			return prefix.isEmpty() ? 0 : super.start(prefix, key);
		}

		@Override
		int end(String key, int start, @Nullable String service) {
			int end = (service != null && key.startsWith(service, start)) ? start + service.length() : -1;
			if (end < 0 || end == key.length() || key.charAt(end) != '/') {
				return -1;
			}
			int slash = key.indexOf('/', end + 1);
			return (slash < 0 || key.startsWith(URL, slash - 1)) ? end : -1;
		}

		@Override
		@Nullable String problem(String name) {
			return nestedProblem(name);
		}

	};

	private static final String URL = "://";

	private static final String PARTS = "parts between '/' that are not empty";

	/**
	 * Finds where the name begins.
	 * @return its position, or -1 where the key is not under the prefix
	 */
	int start(String prefix, String key) {
		int slash = prefix.length();
		return (key.length() > slash && key.charAt(slash) == '/' && key.startsWith(prefix)) ? slash + 1 : -1;
	}

	/**
	 * Finds where the name ends.
	 * @param key the key
	 * @param start where the name begins
	 * @param service the service asked for, or null
	 * @return the position of the slash that follows it; not after the start where there
	 * is none
	 */
	abstract int end(String key, int start, @Nullable String service);

	/**
	 * Tells what is wrong with the name of a service.
	 * @return what it was expected to be, or null where it is right
	 */
	abstract @Nullable String problem(String name);

	/** Returns what the keys begin with. */
	String root(String prefix) {
		return (this == ROOTED && prefix.isEmpty()) ? "" : prefix + "/";
	}

	private static @Nullable String nestedProblem(String name) {
		return (name.endsWith("/") || name.contains("//")) ? PARTS : ServiceName.problem(name);
	}

}
