package io.github.etcddiscovery.codec;

import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a service may be, whatever the format. Upper case, underscores, blanks
 * and Unicode are legal, and names are compared exactly.
 */
final class ServiceName {

	private static final int MAX_BYTES = 255;

	private ServiceName() {
	}

	/**
	 * Tells what is wrong with a name.
	 * @param name the name
	 * @return what it was expected to be, or null where it is right
	 */
	static @Nullable String problem(String name) {
		if (name.isEmpty()) {
			return "a name that is not empty";
		}
		if (Limits.isLonger(name, MAX_BYTES)) {
			return MAX_BYTES + " bytes at most";
		}
		return forbidden(name);
	}

	/**
	 * Tells whether there are characters in a text that must not be in a key.
	 * @return what was expected, or null where there are none
	 */
	static @Nullable String forbidden(String text) {
		int c;
		for (int i = 0; i < text.length(); i += Character.charCount(c)) {
			c = text.codePointAt(i);
			if (isForbidden(c)) {
				return "no control characters, line separators, direction marks or halves of a surrogate pair";
			}
		}
		return null;
	}

	/**
	 * Returns the exception for a name that a format cannot carry.
	 * @param format name of the format
	 * @param name the name, shown escaped
	 * @param expected what it was expected to be
	 */
	static IllegalArgumentException refused(String format, String name, String expected) {
		return new IllegalArgumentException("service name '" + Bytes.utf8(name) + "' cannot be used with format '"
				+ format + "' (expected: " + expected + ")");
	}

	/**
	 * What breaks or turns a line of a log; and half a pair, which has no bytes: two such
	 * names would have the same key.
	 */
	private static boolean isForbidden(int c) {
		return switch (Character.getType(c)) {
			case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
				true;
			default -> c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
		};
	}

}
