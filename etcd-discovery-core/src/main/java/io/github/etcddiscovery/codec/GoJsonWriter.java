package io.github.etcddiscovery.codec;

import java.util.Comparator;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON byte for byte as Go's {@code json.Marshal} does since Go 1.22: no white
 * space, {@code < > &} and the two Unicode line separators escaped, keys of maps in the
 * order of their UTF-8 bytes.
 */
final class GoJsonWriter {

	private static final String HEX = "0123456789abcdef";

	private final StringBuilder json = new StringBuilder(128);

	/** Writes characters that are JSON already. */
	GoJsonWriter raw(String text) {
		this.json.append(text);
		return this;
	}

	GoJsonWriter number(long value) {
		this.json.append(value);
		return this;
	}

	GoJsonWriter strings(@Nullable Map<String, String> map) {
		if (map == null) {
			return raw("null");
		}
		raw("{");
		map.entrySet()
			.stream()
			.sorted(Comparator.comparing((entry) -> Bytes.utf8(entry.getKey())))
			.forEach((entry) -> string(entry.getKey()).raw(":").string(entry.getValue()).raw(","));
		if (!map.isEmpty()) {
			this.json.setLength(this.json.length() - 1);
		}
		return raw("}");
	}

	GoJsonWriter string(String text) {
		this.json.append('"');
		text.codePoints().forEach(this::character);
		this.json.append('"');
		return this;
	}

	private void character(int c) {
		switch (c) {
			case '"' -> this.json.append("\\\"");
			case '\\' -> this.json.append("\\\\");
			case '\b' -> this.json.append("\\b");
			case '\f' -> this.json.append("\\f");
			case '\n' -> this.json.append("\\n");
			case '\r' -> this.json.append("\\r");
			case '\t' -> this.json.append("\\t");
			case '<', '>', '&', '\u2028', '\u2029' -> escape(c);
			default -> {
				if (c < 0x20) {
					escape(c);
				}
				else if (GoText.isLoneSurrogate(c)) {
					escape('\ufffd');
				}
				else {
					this.json.appendCodePoint(c);
				}
			}
		}
	}

	private void escape(int c) {
		this.json.append("\\u");
		for (int shift = 12; shift >= 0; shift -= 4) {
			this.json.append(HEX.charAt((c >> shift) & 0xf));
		}
	}

	Bytes toBytes() {
		return Bytes.utf8(this.json.toString());
	}

}
