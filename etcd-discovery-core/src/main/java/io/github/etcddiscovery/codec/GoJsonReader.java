package io.github.etcddiscovery.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.codec.Decoded.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object as Go's {@code json.Unmarshal} reads it into a struct: names
 * without regard to case, null leaves strings and numbers as they are, a later duplicate
 * wins, maps are merged, and any value of the wrong type rejects the whole. Reads no more
 * than the {@link Limits} allow.
 */
final class GoJsonReader {

	private final JsonScanner json;

	private State state;

	/**
	 * Begins to read.
	 * @param value one JSON object, or null, which is an object without members
	 */
	GoJsonReader(Bytes value) throws UnreadableException {
		if (value.size() > Limits.MAX_VALUE_BYTES) {
			throw new UnreadableException(Reason.TOO_LARGE);
		}
		this.json = new JsonScanner(GoText.decode(value));
		this.state = takeNull() ? State.END : State.START;
	}

	/**
	 * Goes to the next member of the object. After the last it makes sure that nothing
	 * follows.
	 * @return its name, or null after the last
	 */
	@Nullable String nextName() throws UnreadableException {
		if (this.state != State.END) {
			String name = nextName(this.state == State.START);
			this.state = (name != null) ? State.MEMBERS : State.END;
			if (name != null) {
				return name;
			}
		}
		this.json.requireEnd();
		return null;
	}

	/** Reads from the brace or comma before a member, or the brace after the last. */
	private @Nullable String nextName(boolean first) throws UnreadableException {
		if (first) {
			this.json.require('{');
		}
		if (this.json.take('}')) {
			return null;
		}
		if (!first) {
			this.json.require(',');
		}
		String name = this.json.sharedString();
		this.json.require(':');
		return name;
	}

	String string(String unlessNull) throws UnreadableException {
		return takeNull() ? unlessNull : this.json.string();
	}

	long integer(long unlessNull) throws UnreadableException {
		return takeNull() ? unlessNull : this.json.integer();
	}

	/** An integer without sign: Go reads no -0 into such a field. */
	long natural(long unlessNull) throws UnreadableException {
		if (this.json.peek() == '-') {
			throw JsonScanner.malformed();
		}
		return integer(unlessNull);
	}

	/** A null forgets the map, other than with strings and numbers. */
	@Nullable Map<String, String> strings(@Nullable Map<String, String> known) throws UnreadableException {
		if (takeNull()) {
			return null;
		}
		Map<String, String> merged = (known != null) ? known : new HashMap<>();
		for (String name = nextName(true); name != null; name = nextName(false)) {
			merged.put(name, takeNull() ? "" : this.json.sharedString());
		}
		if (Limits.problem(merged) != null) {
			throw new UnreadableException(Reason.TOO_LARGE);
		}
		return merged;
	}

	/** A null is no array; as an element it is an empty string. */
	@Nullable List<String> array() throws UnreadableException {
		if (takeNull()) {
			return null;
		}
		List<String> strings = new ArrayList<>();
		this.json.require('[');
		for (boolean first = true; !this.json.take(']'); first = false) {
			if (!first) {
				this.json.require(',');
			}
			strings.add(takeNull() ? "" : this.json.string());
		}
		return strings;
	}

	/**
	 * A value of any type: the members of an object, or anything else as the only one.
	 * Strings are read, nulls left out, and of all else the JSON text is kept.
	 * @param otherwise name of the only one
	 */
	@Nullable Map<String, String> texts(String otherwise) throws UnreadableException {
		if (takeNull()) {
			return null;
		}
		Map<String, String> texts = new HashMap<>();
		if (this.json.peek() != '{') {
			put(texts, otherwise, 2);
			return texts;
		}
		for (String name = nextName(true); name != null; name = nextName(false)) {
			put(texts, name, 3);
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
		switch (this.json.peek()) {
			case '{', '[' -> skipNested(depth);
			case '"' -> this.json.string();
			case 't' -> this.json.requireWord("true");
			case 'f' -> this.json.requireWord("false");
			case 'n' -> this.json.requireWord("null");
			default -> this.json.skipNumber();
		}
	}

	private void skipNested(int depth) throws UnreadableException {
		if (depth > Limits.MAX_DEPTH) {
			throw new UnreadableException(Reason.TOO_LARGE);
		}
		if (this.json.peek() == '{') {
			for (String name = nextName(true); name != null; name = nextName(false)) {
				skip(depth + 1);
			}
			return;
		}
		this.json.require('[');
		for (boolean first = true; !this.json.take(']'); first = false) {
			if (!first) {
				this.json.require(',');
			}
			skip(depth + 1);
		}
	}

	private boolean takeNull() throws UnreadableException {
		boolean isNull = this.json.peek() == 'n';
		if (isNull) {
			this.json.requireWord("null");
		}
		return isNull;
	}

	private enum State {

		START, MEMBERS, END

	}

}
