package io.github.etcddiscovery.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code golden-vectors.json}, or of {@code format-vectors.json}, which
 * {@code interop/vectors} makes: bytes that Go itself wrote, or what Go itself read.
 */
record GoldenVector(Map<String, @Nullable Object> row) {

	static Stream<GoldenVector> of(String format, String direction) {
		return Stream.of("/golden-vectors.json", "/format-vectors.json")
			.flatMap((resource) -> read(resource).stream())
			.filter((vector) -> vector.text("format").equals(format))
			.filter((vector) -> vector.text("direction").equals(direction));
	}

	private static List<GoldenVector> read(String resource) {
		try (InputStream in = GoldenVector.class.getResourceAsStream(resource);
				JsonParser json = new JsonFactory().createParser(Objects.requireNonNull(in))) {
			json.nextToken();
			List<GoldenVector> rows = new ArrayList<>();
			while (json.nextToken() == JsonToken.START_OBJECT) {
				rows.add(new GoldenVector(object(json)));
			}
			return rows;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, @Nullable Object> object(JsonParser json) throws IOException {
		Map<String, @Nullable Object> object = new LinkedHashMap<>();
		while (json.nextToken() != JsonToken.END_OBJECT) {
			String name = json.currentName();
			object.put(name, value(json, json.nextToken()));
		}
		return object;
	}

	private static @Nullable Object value(JsonParser json, JsonToken token) throws IOException {
		return switch (token) {
			case START_OBJECT -> object(json);
			case START_ARRAY -> array(json);
			case VALUE_NUMBER_INT -> json.getLongValue();
			case VALUE_NULL -> null;
			default -> json.getText();
		};
	}

	private static List<@Nullable Object> array(JsonParser json) throws IOException {
		List<@Nullable Object> array = new ArrayList<>();
		for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
			array.add(value(json, token));
		}
		return array;
	}

	String id() {
		return text("id");
	}

	/** What is asked of us where it is not what Go does. */
	String java() {
		return text("java");
	}

	boolean accepted() {
		return text("expect").equals("ok");
	}

	Bytes key() {
		return bytes("keyHex");
	}

	Bytes value() {
		return bytes("valueHex");
	}

	/** What Go makes of it. */
	@SuppressWarnings("unchecked")
	Map<String, @Nullable Object> result() {
		return (Map<String, @Nullable Object>) Objects.requireNonNull(this.row.get("result"), id());
	}

	/** What we write, or have to find; null where the entry is to be left out. */
	@SuppressWarnings("unchecked")
	@Nullable Instance instance() {
		Map<String, @Nullable Object> fields = (Map<String, @Nullable Object>) this.row.get("instance");
		if (fields == null) {
			return null;
		}
		return new Instance((String) fields.get("service"), (String) fields.get("host"), number(fields, "port"),
				number(fields, "weight"), (Map<String, String>) fields.get("tags"));
	}

	private static int number(Map<String, @Nullable Object> fields, String name) {
		return ((Long) Objects.requireNonNull(fields.get(name))).intValue();
	}

	private Bytes bytes(String name) {
		return Bytes.of(HexFormat.of().parseHex(text(name)));
	}

	private String text(String name) {
		return (String) Objects.requireNonNull(this.row.get(name), name);
	}

	@Override
	public String toString() {
		return id() + " " + text("note");
	}

}
