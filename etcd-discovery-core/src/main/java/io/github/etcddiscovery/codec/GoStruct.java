package io.github.etcddiscovery.codec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.codec.Decoded.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A struct as Go's {@code json.Unmarshal} reads it: names without regard to case, null
 * leaves strings and numbers as they are, a later duplicate wins, maps are merged, what
 * is unknown is passed over, and any value of the wrong type rejects the whole.
 */
final class GoStruct implements GoJsonReader.Member {

	private final GoJsonReader in;

	private final List<Field> fields;

	private final @Nullable Object[] values;

	private GoStruct(GoJsonReader in, List<Field> fields) {
		this.in = in;
		this.fields = fields;
		this.values = new @Nullable Object[fields.size()];
	}

	/**
	 * Reads a struct.
	 * @param json one JSON object, or null, which is an object without members
	 * @param fields the fields that count
	 */
	static GoStruct read(Bytes json, List<Field> fields) throws UnreadableException {
		if (json.size() > Limits.MAX_VALUE_BYTES) {
			throw new UnreadableException(Reason.TOO_LARGE);
		}
		GoJsonReader in = new GoJsonReader(GoText.decode(json));
		GoStruct struct = new GoStruct(in, fields);
		in.struct(struct);
		return struct;
	}

	@Override
	public void read(String name) throws UnreadableException {
		for (int i = 0; i < this.values.length; i++) {
			Field field = this.fields.get(i);
			if (GoText.isSameName(name, field.name)) {
				this.values[i] = value(field, this.values[i]);
				return;
			}
		}
		this.in.skip();
	}

	private @Nullable Object value(Field field, @Nullable Object before) throws UnreadableException {
		try {
			return this.in.value(field.kind, before);
		}
		catch (UnreadableException ex) {
			throw new UnreadableException(ex.reason(), field.name);
		}
	}

	private @Nullable Object value(String field) {
		int i = 0;
		while (!this.fields.get(i).name.equals(field)) {
			i++;
		}
		return this.values[i];
	}

	String string(String field) {
		return Objects.toString(value(field), "");
	}

	long integer(String field) {
		return (value(field) instanceof Long number) ? number : 0;
	}

	/** Returns strings by name, not to be changed, or null, which is Go's nil map. */
	@SuppressWarnings("unchecked")
	@Nullable Map<String, String> map(String field) {
		return (Map<String, String>) value(field);
	}

	/** Returns what stands in a field for anything; the map is the caller's to change. */
	@SuppressWarnings("unchecked")
	Map<String, String> texts(String field) {
		Map<String, String> texts = (Map<String, String>) value(field);
		return (texts != null) ? texts : new HashMap<>();
	}

	@SuppressWarnings("unchecked")
	@Nullable List<String> list(String field) {
		return (List<String>) value(field);
	}

	/**
	 * A field of a struct.
	 */
	record Field(String name, Kind kind) {

	}

	/**
	 * The kinds of types that fields have.
	 */
	enum Kind {

		STRING, INTEGER,

		/** A byte, which has no sign: Go reads no -0 into it. */
		OCTET,

		STRINGS_BY_NAME, STRINGS,

		/** Anything; an object is a map of texts, all else the only one in it. */
		ANY;

		Field named(String name) {
			return new Field(name, this);
		}

	}

}
