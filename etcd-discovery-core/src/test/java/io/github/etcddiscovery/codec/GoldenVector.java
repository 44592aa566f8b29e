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
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code golden-vectors.json}: bytes that Go itself wrote, or what Go itself
 * read.
 */
record GoldenVector(Map<String, @Nullable Object> row) {

	static Stream<GoldenVector> of(String format, String direction) {
		try (InputStream in = GoldenVector.class.getResourceAsStream("/golden-vectors.json");
				JsonParser json = new JsonFactory().createParser(Objects.requireNonNull(in))) {
			json.nextToken();
			List<GoldenVector> rows = new ArrayList<>();
			while (json.nextToken() == JsonToken.START_OBJECT) {
				rows.add(new GoldenVector(object(json)));
			}
			return rows.stream()
				.filter((vector) -> vector.text("format").equals(format))
				.filter((vector) -> vector.text("direction").equals(direction));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, @Nullable Object> object(JsonParser json) throws IOException {
		Map<String, @Nullable Object> object = new LinkedHashMap<>();
		while (json.nextToken() != JsonToken.END_OBJECT) {
			String name = json.currentName();
			object.put(name, switch (json.nextToken()) {
				case START_OBJECT -> object(json);
				case VALUE_NUMBER_INT -> json.getLongValue();
				case VALUE_NULL -> null;
				case VALUE_STRING -> json.getText();
				default -> skipped(json);
			});
		}
		return object;
	}

	/** Other formats have results of other shapes. */
	private static String skipped(JsonParser json) throws IOException {
		json.skipChildren();
		return "";
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

	@SuppressWarnings("unchecked")
	Map<String, @Nullable Object> result() {
		return (Map<String, @Nullable Object>) Objects.requireNonNull(this.row.get("result"), id());
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
