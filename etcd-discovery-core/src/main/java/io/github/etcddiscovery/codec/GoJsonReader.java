package io.github.etcddiscovery.codec;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object as Go's {@code json.Unmarshal} reads it into a struct: names
 * without regard to case, null leaves strings and numbers as they are, a later duplicate
 * wins, maps are merged, and any value of the wrong type rejects the whole. Reads no more
 * than a sane writer makes: beyond the {@link Limits} it throws
 * {@link StreamConstraintsException}, for anything else that is wrong another
 * {@link IOException}.
 */
final class GoJsonReader implements AutoCloseable {

	/**
	 * Without the table of known names, which hostile names can fill. Number and name are
	 * as long as the value at most.
	 */
	private static final JsonFactory JSON = JsonFactory.builder()
		.disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNestingDepth(Limits.MAX_DEPTH)
			.maxNumberLength(Limits.MAX_VALUE_BYTES)
			.build())
		.build();

	private final JsonParser parser;

	private GoJsonReader(JsonParser parser) {
		this.parser = parser;
	}

	/**
	 * Begins to read.
	 * @param json one JSON object, or null, which is an object without members
	 */
	static GoJsonReader open(Bytes json) throws IOException {
		if (json.size() > Limits.MAX_VALUE_BYTES) {
			throw new StreamConstraintsException("value of " + json.size() + " bytes");
		}
		GoJsonReader reader = new GoJsonReader(JSON.createParser(GoText.decode(json.toByteArray())));
		JsonToken first = reader.parser.nextToken();
		if (first != JsonToken.START_OBJECT && first != JsonToken.VALUE_NULL) {
			throw reader.unexpected();
		}
		return reader;
	}

	/**
	 * Goes to the next member of the object. After the last it makes sure that nothing
	 * follows.
	 * @return its name, or null after the last
	 */
	@Nullable String nextName() throws IOException {
		if (this.parser.currentToken() != JsonToken.VALUE_NULL || !this.parser.getParsingContext().inRoot()) {
			String name = this.parser.nextFieldName();
			if (name != null) {
				return name;
			}
		}
		if (this.parser.nextToken() != null) {
			throw unexpected();
		}
		return null;
	}

	String string(String unlessNull) throws IOException {
		return switch (this.parser.nextToken()) {
			case VALUE_STRING -> GoText.wellFormed(this.parser.getText());
			case VALUE_NULL -> unlessNull;
			default -> throw unexpected();
		};
	}

	long integer(long unlessNull) throws IOException {
		return switch (this.parser.nextToken()) {
			case VALUE_NUMBER_INT -> this.parser.getLongValue();
			case VALUE_NULL -> unlessNull;
			default -> throw unexpected();
		};
	}

	/** A null forgets the map, other than with strings and numbers. */
	@Nullable Map<String, String> strings(@Nullable Map<String, String> known) throws IOException {
		switch (this.parser.nextToken()) {
			case VALUE_NULL -> {
				return null;
			}
			case START_OBJECT -> {
				Map<String, String> merged = (known != null) ? known : new LinkedHashMap<>();
				for (String name = this.parser.nextFieldName(); name != null; name = this.parser.nextFieldName()) {
					merged.put(GoText.wellFormed(name), string(""));
				}
				Limits.checkTags(merged);
				return merged;
			}
			default -> throw unexpected();
		}
	}

	void skip() throws IOException {
		this.parser.nextToken();
		this.parser.skipChildren();
	}

	private JsonParseException unexpected() {
		return new JsonParseException(this.parser, "unexpected " + this.parser.currentToken());
	}

	@Override
	public void close() throws IOException {
		this.parser.close();
	}

}
