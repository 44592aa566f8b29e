package io.github.etcddiscovery.codec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

import io.github.etcddiscovery.Bytes;

/**
 * Text as Go's {@code encoding/json} reads it: whatever is not Unicode becomes U+FFFD.
 */
final class GoText {

	private static final char REPLACEMENT = '\ufffd';

	private GoText() {
	}

	/**
	 * Decodes UTF-8, one U+FFFD for each bad byte. (The JDK's own replacement makes one
	 * of several.)
	 */
	static String decode(Bytes utf8) {
		String text = utf8.strictUtf8();
		return (text != null) ? text : decodeByteByByte(utf8.toByteArray());
	}

	private static String decodeByteByByte(byte[] utf8) {
		CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
		ByteBuffer in = ByteBuffer.wrap(utf8);
		CharBuffer out = CharBuffer.allocate(utf8.length);
		CoderResult result = decoder.decode(in, out, true);
		while (result.isError()) {
			in.get();
			out.put(REPLACEMENT);
			result = decoder.decode(in, out, true);
		}
		return out.flip().toString();
	}

	/**
	 * Replaces surrogates that are no pair: the JSON escapes of both halves stand alone.
	 */
	static String wellFormed(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				return replaceLoneSurrogates(text);
			}
		}
		return text;
	}

	/** A code point within the surrogates is one that has no partner. */
	static boolean isLoneSurrogate(int codePoint) {
		return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
	}

	private static String replaceLoneSurrogates(String text) {
		StringBuilder replaced = new StringBuilder(text.length());
		text.codePoints().forEach((c) -> replaced.appendCodePoint(isLoneSurrogate(c) ? REPLACEMENT : c));
		return replaced.toString();
	}

	/**
	 * Compares names of fields as Go does: without regard to case, by simple folding. The
	 * JDK also folds the dotless and the dotted I of Turkish into i.
	 */
	static boolean isSameName(String name, String field) {
		return name.length() == field.length() && name.equalsIgnoreCase(field) && name.indexOf('\u0130') < 0
				&& name.indexOf('\u0131') < 0;
	}

	static boolean isAscii(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) >= 0x80) {
				return false;
			}
		}
		return true;
	}

}
