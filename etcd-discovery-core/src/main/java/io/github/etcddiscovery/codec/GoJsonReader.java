package io.github.etcddiscovery.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.codec.Decoded.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as Go's {@code json.Unmarshal} reads it into fields: null leaves strings and
 * numbers as they are and forgets maps and arrays, and maps are merged. Reads no more
 * than the {@link Limits} allow, and no deeper.
 */
final class GoJsonReader {

	/** Tag for metadata that is anything but an object. */
	private static final String METADATA = "metadata";

	private static final long MAX_OCTET = 255;

	private final JsonScanner json;

	GoJsonReader(String json) {
		this.json = new JsonScanner(json);
	}

	/** Reads the whole text: one object, or null, which has no members. */
	void struct(Member member) throws UnreadableException {
		if (!takeNull()) {
			members(member);
		}
		this.json.requireEnd();
	}

	private void members(Member member) throws UnreadableException {
		this.json.require('{');
		for (boolean first = true; !this.json.take('}'); first = false) {
			if (!first) {
				this.json.require(',');
			}
			String name = this.json.sharedString();
			this.json.require(':');
			member.read(name);
		}
	}

	private void elements(Element element) throws UnreadableException {
		this.json.require('[');
		for (boolean first = true; !this.json.take(']'); first = false) {
			if (!first) {
				this.json.require(',');
			}
			element.read();
		}
	}

	/** Reads the value of a field over what it held before. */
	@Nullable Object value(GoStruct.Kind kind, @Nullable Object before) throws UnreadableException {
		boolean isNull = takeNull();
		return switch (kind) {
			case STRING -> isNull ? before : this.json.string();
			case INTEGER -> isNull ? before : Long.valueOf(this.json.integer());
			case OCTET -> isNull ? before : Long.valueOf(octet());
			case STRINGS_BY_NAME -> isNull ? null : stringsByName(before);
			case STRINGS -> isNull ? null : strings();
			case ANY -> isNull ? null : texts();
		};
	}

	private long octet() throws UnreadableException {
		boolean signed = this.json.peek() == '-';
		long octet = this.json.integer();
		if (signed || octet > MAX_OCTET) {
			throw JsonScanner.malformed();
		}
		return octet;
	}

	/** Many entries have the same object here, so that it is read once. */
	@SuppressWarnings("unchecked")
	private Map<String, String> stringsByName(@Nullable Object before) throws UnreadableException {
		if (before != null) {
			return members(new HashMap<>((Map<String, String>) before));
		}
		Map<String, String> known = this.json.repeatedTags();
		if (known != null) {
			return known;
		}
		int start = this.json.position();
		return this.json.keepTags(start, members(new HashMap<>()));
	}

	private Map<String, String> members(Map<String, String> merged) throws UnreadableException {
		members((name) -> merged.put(name, takeNull() ? "" : this.json.sharedString()));
		if (Limits.problem(merged) != null) {
			throw new UnreadableException(Reason.TOO_LARGE);
		}
		return merged;
	}

	/** An element that is null is an empty string. */
	private List<String> strings() throws UnreadableException {
		List<String> strings = new ArrayList<>();
		elements(() -> strings.add(takeNull() ? "" : this.json.string()));
		return strings;
	}

	/** Strings are read, nulls left out, and of all else the JSON text is kept. */
	private Map<String, String> texts() throws UnreadableException {
		Map<String, String> texts = new HashMap<>();
		if (this.json.peek() == '{') {
			members((name) -> put(texts, name, 3));
		}
		else {
			put(texts, METADATA, 2);
		}
		return texts;
	}

	private void put(Map<String, String> texts, String name, int depth) throws UnreadableException {
		if (takeNull()) {
			texts.remove(name);
		}
		else if (this.json.peek() == '"') {
			texts.put(name, this.json.sharedString());
		}
		else {
			int start = this.json.position();
			skip(depth);
			texts.put(name, this.json.since(start));
		}
	}

	/** Passes over a value of any type. */
	void skip() throws UnreadableException {
		skip(2);
	}

	private void skip(int depth) throws UnreadableException {
		char first = this.json.peek();
		if ((first == '{' || first == '[') && depth > Limits.MAX_DEPTH) {
			throw new UnreadableException(Reason.TOO_LARGE);
		}
		switch (first) {
			case '{' -> members((name) -> skip(depth + 1));
			case '[' -> elements(() -> skip(depth + 1));
			case '"' -> this.json.string();
			case 't' -> this.json.requireWord("true");
			case 'f' -> this.json.requireWord("false");
			case 'n' -> this.json.requireWord("null");
			default -> this.json.skipNumber();
		}
	}

	private boolean takeNull() throws UnreadableException {
		boolean isNull = this.json.peek() == 'n';
		if (isNull) {
			this.json.requireWord("null");
		}
		return isNull;
	}

	/** Reads the value of a member. */
	interface Member {

		void read(String name) throws UnreadableException;

	}

	private interface Element {

		void read() throws UnreadableException;

	}

}
