package io.github.etcddiscovery.codec;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Keeps one copy of short texts that stand in many entries: names of services, fields and
 * tags, zones, versions. Saves garbage while decoding and memory afterwards. The table is
 * small and forgets, so that no registry can fill it; a race costs a second copy.
 */
final class SharedText {

	private static final int SLOTS = 1024;

	private static final int MAX_LENGTH = 64;

	private static final AtomicReferenceArray<String> KNOWN = new AtomicReferenceArray<>(SLOTS);

	private SharedText() {
	}

	/** Returns a part of a text, as {@link String#substring} does. */
	static String of(String text, int start, int end) {
		int length = end - start;
		if (length > MAX_LENGTH) {
			return text.substring(start, end);
		}
		int hash = 0;
		for (int i = start; i < end; i++) {
			hash = 31 * hash + text.charAt(i);
		}
		int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
		String known = KNOWN.get(slot);
		if (known != null && known.length() == length && known.regionMatches(0, text, start, length)) {
			return known;
		}
		String fresh = text.substring(start, end);
		KNOWN.set(slot, fresh);
		return fresh;
	}

}
