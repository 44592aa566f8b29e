package io.github.etcddiscovery.address;

/**
 * DNS names as RFC 1123 has them, one dot at the end allowed. Stricter in two things that
 * {@link java.net.URI} cannot carry, or takes for something else: no underscore, and no
 * last label that looks like a number ({@code 127.1}, {@code 0x7f000001}).
 */
final class HostName {

	private static final int MAX_NAME = 253;

	private static final int MAX_LABEL = 63;

	private HostName() {
	}

	static boolean isValid(String text) {
		String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
		if (name.isEmpty() || name.length() > MAX_NAME) {
			return false;
		}
		int start = 0;
		for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', start)) {
			if (!isLabel(name, start, dot)) {
				return false;
			}
			start = dot + 1;
		}
		return isLabel(name, start, name.length())
				&& ((start > 0) ? isLetter(name.charAt(start)) : !looksLikeNumber(name));
	}

	private static boolean isLabel(String name, int start, int end) {
		if (end == start || end - start > MAX_LABEL || name.charAt(start) == '-' || name.charAt(end - 1) == '-') {
			return false;
		}
		for (int i = start; i < end; i++) {
			char c = name.charAt(i);
			if (!isLetter(c) && !isDigit(c) && c != '-') {
				return false;
			}
		}
		return true;
	}

	/** A single label may begin with a digit: Docker's host names are container ids. */
	private static boolean looksLikeNumber(String label) {
		boolean hex = label.startsWith("0x") || label.startsWith("0X");
		return label.substring(hex ? 2 : 0).chars().allMatch((c) -> hex ? Character.digit(c, 16) >= 0 : isDigit(c));
	}

	private static boolean isLetter(int c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	}

	private static boolean isDigit(int c) {
		return c >= '0' && c <= '9';
	}

}
