package io.github.etcddiscovery.codec;

import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.codec.GoStruct.Field;
import io.github.etcddiscovery.codec.GoStruct.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RepeatedTagsTests {

	private static final List<Field> FIELDS = List.of(Kind.STRING.named("address"), Kind.STRINGS_BY_NAME.named("tags"));

	@Test
	void tagsOfTheSameTextAreReadOnce() throws UnreadableException {
		Map<String, String> first = tags("{\"address\":\"a\",\"tags\":{\"zone\":\"once\",\"n\":null}}");
		Map<String, String> second = tags("{ \"tags\" : {\"zone\":\"once\",\"n\":null} , \"address\":\"other\"}");
		assertThat(first).isEqualTo(Map.of("zone", "once", "n", ""));
		assertThat(second).isSameAs(first);
	}

	@Test
	void nobodyCanChangeThem() throws UnreadableException {
		Map<String, String> tags = tags("{\"tags\":{\"zone\":\"unchanged\"}}");
		assertThatThrownBy(() -> tags.put("zone", "b")).isInstanceOf(UnsupportedOperationException.class);
	}

	@Test
	void whatFollowsIsReadAsEver() throws UnreadableException {
		String tags = "{\"tags\":{\"zone\":\"followed\"}";
		for (int i = 0; i < 2; i++) {
			assertThat(read(tags + ",\"address\":\"a\"}").string("address")).isEqualTo("a");
			assertThatThrownBy(() -> tags(tags)).isInstanceOf(UnreadableException.class);
			assertThatThrownBy(() -> tags(tags + "}}")).isInstanceOf(UnreadableException.class);
		}
	}

	@Test
	void aSecondObjectIsMergedIntoTheFirstWhichStaysAsItIs() throws UnreadableException {
		String once = "{\"tags\":{\"zone\":\"merged\",\"a\":\"b\"}}";
		String twice = "{\"tags\":{\"zone\":\"merged\",\"a\":\"b\"},\"tags\":{\"a\":\"c\"}}";
		for (int i = 0; i < 2; i++) {
			assertThat(tags(once)).isEqualTo(Map.of("zone", "merged", "a", "b"));
			assertThat(tags(twice)).isEqualTo(Map.of("zone", "merged", "a", "c"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "}", "a}b", "\\\"}", "\\\\", "{", "\\u007d" })
	void bracesAndEscapesWithinTextsEndNothing(String text) throws UnreadableException {
		for (int i = 0; i < 2; i++) {
			GoStruct read = read("{\"tags\":{\"zone\":\"" + text + "\",\"b\":\"}\"},\"address\":\"a\"}");
			assertThat(read.map("tags")).containsEntry("b", "}").hasSize(2);
			assertThat(read.string("address")).isEqualTo("a");
		}
	}

	@Test
	void textsWithTheSameHashAreKeptApart() throws UnreadableException {
		for (int i = 0; i < 2; i++) {
			assertThat(tags("{\"tags\":{\"zone\":\"Aa\"}}")).containsEntry("zone", "Aa");
			assertThat(tags("{\"tags\":{\"zone\":\"BB\"}}")).containsEntry("zone", "BB");
		}
	}

	@Test
	void longTextsAreNotKept() throws UnreadableException {
		String json = "{\"tags\":{\"zone\":\"" + "a".repeat(512) + "\"}}";
		assertThat(tags(json)).isEqualTo(tags(json)).isNotSameAs(tags(json));
	}

	private static Map<String, String> tags(String json) throws UnreadableException {
		Map<String, String> tags = read(json).map("tags");
		assertThat(tags).isNotNull();
		return (tags != null) ? tags : Map.of();
	}

	private static GoStruct read(String json) throws UnreadableException {
		return GoStruct.read(Bytes.utf8(json), FIELDS);
	}

}
