package io.github.etcddiscovery.codec;

import java.util.Map;

import io.github.etcddiscovery.codec.Decoded.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Walks through JSON text (RFC 8259) and knows nothing about what it is for. Written by
 * hand, because a general parser allocates several times what an entry needs, and the one
 * at hand takes U+0130 for the hexadecimal digit 0.
 */
final class JsonScanner {

	/**
	 * What {@link #peek} returns at the end, and for a NUL, which no token begins with.
	 */
	private static final char END = '\0';

	private final String text;

	private int position;

	JsonScanner(String text) {
		this.text = text;
	}

	/** Returns the first character of the next token. */
	char peek() {
		char c = current();
		while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			this.position++;
			c = current();
		}
		return c;
	}

	private char current() {
		return (this.position < this.text.length()) ? this.text.charAt(this.position) : END;
	}

	int position() {
		return this.position;
	}

	/** Returns the text from an earlier position up to here. */
	String since(int start) {
		return this.text.substring(start, this.position);
	}

	/** Passes over an object that was read before, or returns null. */
	@Nullable Map<String, String> repeatedTags() {
		peek();
		RepeatedTags.Known known = RepeatedTags.at(this.text, this.position);
		if (known == null) {
			return null;
		}
		this.position += known.json().length();
		return known.tags();
	}

	/** Keeps an object that was read from an earlier position up to here. */
	Map<String, String> keepTags(int start, Map<String, String> tags) {
		return RepeatedTags.keep(this.text, start, this.position, tags);
	}

	boolean take(char token) {
		boolean taken = peek() == token;
		this.position += taken ? 1 : 0;
		return taken;
	}

	void require(char token) throws UnreadableException {
		if (!take(token)) {
			throw malformed();
		}
	}

	void requireWord(String word) throws UnreadableException {
		peek();
		if (!this.text.startsWith(word, this.position)) {
			throw malformed();
		}
		this.position += word.length();
	}

	void requireEnd() throws UnreadableException {
		peek();
		if (this.position < this.text.length()) {
			throw malformed();
		}
	}

	/** Returns a string that stands in one entry only. */
	String string() throws UnreadableException {
		int start = skipToEndOrEscape();
		return (current() == '"') ? this.text.substring(start, this.position++) : escapedString(start);
	}

	/** Returns a string that probably stands in many entries. */
	String sharedString() throws UnreadableException {
		int start = skipToEndOrEscape();
		return (current() == '"') ? SharedText.of(this.text, start, this.position++) : escapedString(start);
	}

	private int skipToEndOrEscape() throws UnreadableException {
		require('"');
		int start = this.position;
		for (char c = current(); c != '"' && c != '\\'; c = current()) {
			requirePrintable(c);
		}
		return start;
	}

	/** Only escapes can leave halves of surrogate pairs. */
	private String escapedString(int start) throws UnreadableException {
		StringBuilder string = new StringBuilder().append(this.text, start, this.position);
		for (char c = current(); c != '"'; c = current()) {
			if (c == '\\') {
				this.position++;
				string.append(escape());
			}
			else {
				requirePrintable(c);
				string.append(c);
			}
		}
		this.position++;
		return GoText.wellFormed(string.toString());
	}

	private void requirePrintable(char c) throws UnreadableException {
		if (c < ' ') {
			throw malformed();
		}
		this.position++;
	}

	private char escape() throws UnreadableException {
		char c = current();
		this.position++;
		return switch (c) {
			case '"', '\\', '/' -> c;
			case 'b' -> '\b';
			case 'f' -> '\f';
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			case 'u' -> hexadecimal();
			default -> throw malformed();
		};
	}

	private char hexadecimal() throws UnreadableException {
		int value = 0;
		for (int i = 0; i < 4; i++, this.position++) {
			char c = current();
			int digit = (c < 0x80) ? Character.digit(c, 16) : -1;
			if (digit < 0) {
				throw malformed();
			}
			value = value * 16 + digit;
		}
		return (char) value;
	}

	/** Returns a number without fraction and exponent. */
	long integer() throws UnreadableException {
		peek();
		int start = this.position;
		skipNumber();
		try {
			return Long.parseLong(this.text, start, this.position, 10);
		}
		catch (NumberFormatException ex) {
			throw malformed();
		}
	}

	void skipNumber() throws UnreadableException {
		take('-');
		if (current() == '0') {
			this.position++;
		}
		else {
			skipDigits();
		}
		if (current() == '.') {
			this.position++;
			skipDigits();
		}
		if (current() == 'e' || current() == 'E') {
			this.position++;
			this.position += (current() == '+' || current() == '-') ? 1 : 0;
			skipDigits();
		}
	}

	private void skipDigits() throws UnreadableException {
		int start = this.position;
		while (current() >= '0' && current() <= '9') {
			this.position++;
		}
		if (this.position == start) {
			throw malformed();
		}
	}

	static UnreadableException malformed() {
		return new UnreadableException(Reason.MALFORMED);
	}

}
