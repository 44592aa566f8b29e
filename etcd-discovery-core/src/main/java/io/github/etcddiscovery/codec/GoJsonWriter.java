package io.github.etcddiscovery.codec;

import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON byte for byte as Go's {@code json.Marshal} does since Go 1.22: no white
 * space, {@code < > &} and the two Unicode line separators escaped, keys of maps in the
 * order of their UTF-8 bytes.
 */
final class GoJsonWriter {

	private final StringBuilder json = new StringBuilder(128);

	private final Escapes escapes;

	private GoJsonWriter(Escapes escapes) {
		this.escapes = escapes;
	}

	/**
	 * Writes a struct.
	 * @param fields the name of each field and its value, in the order of the struct: a
	 * string, a number, a map, a list, or null for Go's nil
	 */
	static Bytes struct(Escapes escapes, @Nullable Object... fields) {
		GoJsonWriter out = new GoJsonWriter(escapes);
		String before = "{";
		for (int i = 0; i < fields.length; i += 2) {
			out.raw(before).any(fields[i]).raw(":").any(fields[i + 1]);
			before = ",";
		}
		return Bytes.utf8(out.raw("}").json.toString());
	}

	private GoJsonWriter raw(String text) {
		this.json.append(text);
		return this;
	}

	private GoJsonWriter any(@Nullable Object value) {
		if (value == null || value instanceof Number) {
			return raw(String.valueOf(value));
		}
		if (value instanceof Map<?, ?> map) {
			raw("{");
			map.entrySet()
				.stream()
				.sorted(Comparator.comparing((entry) -> Bytes.utf8(entry.getKey().toString())))
				.forEach((entry) -> any(entry.getKey()).raw(":").any(entry.getValue()).raw(","));
			return close(map.isEmpty(), "}");
		}
		if (value instanceof List<?> list) {
			raw("[");
			list.forEach((element) -> any(element).raw(","));
			return close(list.isEmpty(), "]");
		}
		return string(value.toString());
	}

	private GoJsonWriter close(boolean empty, String bracket) {
		this.json.setLength(this.json.length() - (empty ? 0 : 1));
		return raw(bracket);
	}

	private GoJsonWriter string(String text) {
		this.json.append('"');
		int c;
		for (int i = 0; i < text.length(); i += Character.charCount(c)) {
			c = text.codePointAt(i);
			character(c);
		}
		this.json.append('"');
		return this;
	}

	private void character(int c) {
		switch (c) {
			case '"' -> this.json.append("\\\"");
			case '\\' -> this.json.append("\\\\");
			case '\n' -> this.json.append("\\n");
			case '\r' -> this.json.append("\\r");
			case '\t' -> this.json.append("\\t");
			case '\b', '\f' -> raw((this.escapes == Escapes.SONIC) ? hex(c) : (c == '\b') ? "\\b" : "\\f");
			case '<', '>', '&', '\u2028', '\u2029' -> {
				if (this.escapes == Escapes.HTML) {
					raw(hex(c));
				}
				else {
					this.json.append((char) c);
				}
			}
			default -> {
				if (c < 0x20) {
					raw(hex(c));
				}
				else if (GoText.isLoneSurrogate(c)) {
					raw("\\ufffd");
				}
				else {
					this.json.appendCodePoint(c);
				}
			}
		}
	}

	private static String hex(int c) {
		return "\\u" + HexFormat.of().toHexDigits((char) c);
	}

	/**
	 * Which of the libraries for Go is imitated.
	 */
	enum Escapes {

		/** {@code encoding/json}, which escapes what is special in HTML. */
		HTML,

		/** {@code bytedance/sonic}, which does not. */
		SONIC

	}

}
