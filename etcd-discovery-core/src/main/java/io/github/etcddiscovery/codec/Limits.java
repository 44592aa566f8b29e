package io.github.etcddiscovery.codec;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import org.jspecify.annotations.Nullable;

/**
 * What is the most that any entry may hold, whatever its format. A registry is written by
 * many, and one entry beyond all measure must not cost every reader its memory. Writers
 * are held to the same, so that nobody registers what nobody reads.
 */
final class Limits {

	static final int MAX_VALUE_BYTES = 16 * 1024;

	private static final int MAX_KEY_BYTES = 2 * 1024;

	/** Nested objects and arrays, the outermost counted. */
	static final int MAX_DEPTH = 8;

	private static final int MAX_TAGS = 64;

	private static final int MAX_TAG_NAME_BYTES = 128;

	private static final int MAX_TAG_VALUE_BYTES = 1024;

	/** In UTF-8 no char of a String takes more. */
	private static final int MAX_BYTES_OF_CHAR = 3;

	private Limits() {
	}

	/**
	 * For writers.
	 * @param tags tags of an instance
	 * @throws IllegalArgumentException if they are beyond the limits; the message names
	 * the tag, never its value
	 */
	static void requireTags(Map<String, String> tags) {
		String problem = problem(tags);
		if (problem != null) {
			throw new IllegalArgumentException(problem);
		}
	}

	/**
	 * For writers of keys that hold the id.
	 * @param id id of an instance
	 * @return the same
	 * @throws IllegalArgumentException if it cannot stand in a key, or no reader would
	 * accept it
	 */
	static String requireId(String id) {
		String problem = id.isEmpty() || isLonger(id, MAX_TAG_VALUE_BYTES) ? "1 to " + MAX_TAG_VALUE_BYTES + " bytes"
				: ServiceName.forbidden(id);
		if (problem != null) {
			throw new IllegalArgumentException(
					"tag '" + Instance.ID + "': '" + Bytes.utf8(id) + "' (expected: " + problem + ")");
		}
		return id;
	}

	/**
	 * For writers.
	 * @param value what would be written
	 * @return the same
	 * @throws IllegalArgumentException if it is longer than readers accept
	 */
	static Bytes requireValue(Bytes value) {
		if (value.size() > MAX_VALUE_BYTES) {
			throw new IllegalArgumentException("tags: they make a value of " + value.size() + " bytes (expected: "
					+ MAX_VALUE_BYTES + " at most)");
		}
		return value;
	}

	/**
	 * For writers.
	 * @param key key of what would be written
	 * @return the same
	 * @throws IllegalArgumentException if readers leave out what stands under it
	 */
	static Bytes requireKey(Bytes key) {
		if (key.size() > MAX_KEY_BYTES) {
			throw new IllegalArgumentException("prefix, service and id: they make a key of " + key.size()
					+ " bytes (expected: " + MAX_KEY_BYTES + " at most)");
		}
		return key;
	}

	/**
	 * Tells what is wrong with tags.
	 * @param tags tags of an instance
	 * @return what is beyond the limits, or null where nothing is; names the tag, never
	 * its value
	 */
	static @Nullable String problem(Map<String, String> tags) {
		if (tags.size() > MAX_TAGS) {
			return "tags: " + tags.size() + " (expected: " + MAX_TAGS + " at most)";
		}
		for (Map.Entry<String, String> tag : tags.entrySet()) {
			if (isLonger(tag.getKey(), MAX_TAG_NAME_BYTES)) {
				return "tag '" + Bytes.utf8(tag.getKey()) + "': the name is too long (expected: " + MAX_TAG_NAME_BYTES
						+ " bytes at most)";
			}
			if (isLonger(tag.getValue(), MAX_TAG_VALUE_BYTES)) {
				return "tag '" + Bytes.utf8(tag.getKey()) + "': the value is too long (expected: " + MAX_TAG_VALUE_BYTES
						+ " bytes at most)";
			}
		}
		return null;
	}

	static boolean isLonger(String text, int bytes) {
		return text.length() * MAX_BYTES_OF_CHAR > bytes && text.getBytes(StandardCharsets.UTF_8).length > bytes;
	}

}
