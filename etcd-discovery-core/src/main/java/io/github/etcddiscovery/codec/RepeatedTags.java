package io.github.etcddiscovery.codec;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Keeps tags that stand in many entries, by the JSON text that they were read from: the
 * instances of a service mostly differ in nothing but their address. Reading the same
 * text again costs one look at each character, and no memory. The table is small and
 * forgets, so that no registry can fill it; a race costs a second copy.
 */
final class RepeatedTags {

	private static final int SLOTS = 256;

	private static final int MAX_LENGTH = 512;

	private static final AtomicReferenceArray<Known> KNOWN = new AtomicReferenceArray<>(SLOTS);

	private RepeatedTags() {
	}

	/**
	 * Finds an object that was read before.
	 * @param json the whole text
	 * @param start where an object begins
	 * @return the tags and their text, or null where they have to be read
	 */
	static @Nullable Known at(String json, int start) {
		int end = end(json, start);
		Known known = (end > start) ? KNOWN.get(slot(json, start, end)) : null;
		return (known != null && known.isAt(json, start, end)) ? known : null;
	}

	/**
	 * Keeps an object that was read.
	 * @param json the whole text
	 * @param start where the object begins
	 * @param end the position after its closing brace
	 * @param tags what it was read as
	 * @return the same tags, immutable
	 */
	static Map<String, String> keep(String json, int start, int end, Map<String, String> tags) {
		Map<String, String> kept = Map.copyOf(tags);
		// Only where the search would come to the same end.
		if (end(json, start) == end) {
			KNOWN.set(slot(json, start, end), new Known(json.substring(start, end), kept));
		}
		return kept;
	}

	/**
	 * Returns the position after the first brace that closes anything, or -1 where there
	 * is none, or an escape, or too much text before it.
	 */
	private static int end(String json, int start) {
		int last = Math.min(json.length(), start + MAX_LENGTH);
		boolean quoted = false;
		for (int i = start; i < last; i++) {
			char c = json.charAt(i);
			if (c == '"') {
				quoted = !quoted;
			}
			else if (c == '\\') {
				return -1;
			}
			else if (c == '}' && !quoted) {
				return i + 1;
			}
		}
		return -1;
	}

	private static int slot(String json, int start, int end) {
		int hash = 0;
		for (int i = start; i < end; i++) {
			hash = 31 * hash + json.charAt(i);
		}
		return (hash ^ (hash >>> 16)) & (SLOTS - 1);
	}

	/**
	 * Tags, and the text that they were read from.
	 *
	 * @param json the text, from brace to brace
	 * @param tags the tags
	 */
	record Known(String json, Map<String, String> tags) {

		private boolean isAt(String text, int start, int end) {
			return this.json.length() == end - start && text.startsWith(this.json, start);
		}

	}

}
