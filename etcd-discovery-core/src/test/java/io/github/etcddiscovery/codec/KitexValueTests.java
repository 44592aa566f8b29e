package io.github.etcddiscovery.codec;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.codec.Decoded.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Rules of Go's {@code json.Unmarshal} that the golden vectors leave out; each was
 * compared with Go 1.26.
 */
class KitexValueTests {

	private static KitexValue read(String json) throws UnreadableException {
		return KitexValue.read(Bytes.utf8(json));
	}

	private static @Nullable Map<String, String> tags(String json) throws UnreadableException {
		return read(json).tags();
	}

	@Test
	void laterNullForgetsTagsButNothingElse() throws UnreadableException {
		assertThat(
				read("{\"network\":\"tcp\",\"network\":null,\"weight\":3,\"weight\":null,\"tags\":{},\"tags\":null}"))
			.isEqualTo(new KitexValue("tcp", "", 3, null));
	}

	@Test
	void laterNullOfATagEmptiesIt() throws UnreadableException {
		assertThat(tags("{\"tags\":{\"a\":\"1\",\"a\":null}}")).isEqualTo(Map.of("a", ""));
		assertThat(tags("{\"tags\":{\"a\":\"1\"},\"tags\":{}}")).isEqualTo(Map.of("a", "1"));
	}

	@Test
	void namesFoldSimply() throws UnreadableException {
		assertThat(read("{\"tag\u017f\":{},\"networ\u212a\":\"k\"}")).isEqualTo(new KitexValue("k", "", 0, Map.of()));
		assertThat(read("{\"we\u0131ght\":1,\"we\u0130ght\":1}").weight()).isZero();
		assertThat(read("{\"we\\u0069ght\":1}").weight()).isOne();
	}

	@Test
	void nestedMembersAreNobodys() throws UnreadableException {
		assertThat(read("{\"x\":{\"weight\":1,\"tags\":[]},\"y\":[{\"weight\":2}],\"weight\":3}"))
			.isEqualTo(new KitexValue("", "", 3, null));
	}

	@Test
	void noDepthIsTooMuchForTheReader() {
		for (String bracket : List.of("[", "{\"x\":")) {
			String deep = "{\"x\":" + bracket.repeat(16 * 1024 / bracket.length() - 10);
			assertThatExceptionOfType(UnreadableException.class).isThrownBy(() -> read(deep))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE));
		}
	}

	@Test
	void halvesOfPairsAreReplacedInNamesAndValues() throws UnreadableException {
		assertThat(tags("{\"tags\":{\"\\ude00\\ud83d\":\"\\ud83d\\u0041\\ud83d\\ude00\"}}"))
			.isEqualTo(Map.of("\ufffd\ufffd", "\ufffdA\ud83d\ude00"));
	}

	@Test
	void eachBadByteIsReplaced() throws UnreadableException {
		byte[] json = "{\"address\":\"abc\"}".getBytes(StandardCharsets.UTF_8);
		json[12] = (byte) 0xe2;
		json[13] = (byte) 0x82;
		assertThat(KitexValue.read(Bytes.of(json)).address()).isEqualTo("\ufffd\ufffdc");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"address\":\"\\u00\u01309\"}", "{\"x\":\"\\\\\\u\u01300000\"}", "{\"x\":\"\\u",
			"{\"x\":\"\\", "{\"x\":\"\\x\"}", "{\"x\":\"\\u12G4\"}" })
	void escapesAreAscii(String json) {
		rejected(json);
	}

	@Test
	void whatOnlyLooksLikeAnEscapeIsText() throws UnreadableException {
		assertThat(read("{\"address\":\"\\\\u\u0130\"}").address()).isEqualTo("\\u\u0130");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"weight\":+1}", "{\"weight\":.5}", "{\"weight\":1.}", "{\"weight\":-}",
			"{\"weight\":0x1}", "{\"weight\":1x}", "{\"weight\":true}", "{\"weight\":{}}",
			"{\"weight\":-9223372036854775809}", "{\"x\":01}", "{\"x\":Infinity}", "{\"x\":nul}", "{\"x\":TRUE}",
			"{\"x\":,}", "{,}", "{\"x\"}", "{x:1}", "{\"x\":[1,]}", "{\"x\":[1}", "{\"x\":1]", "{}}", "{},", "{} null",
			"null null", "null{}", "nullx", "5", "true", "\u00a0{}", "{}\u0000", "\u000b{}", "{\"x\":\"\t\"}",
			"{\"a\nb\":1}", "{\"tags\":\"\"}", "{\"tags\":{\"a\":{}}}", "{\"tags\":{\"a\":[]}}",
			"{\"tags\":{\"a\":true}}", "{\"address\":[]}" })
	void whatGoRejectsIsRejected(String json) {
		rejected(json);
	}

	private static void rejected(String json) {
		assertThatExceptionOfType(UnreadableException.class).isThrownBy(() -> read(json));
	}

}
