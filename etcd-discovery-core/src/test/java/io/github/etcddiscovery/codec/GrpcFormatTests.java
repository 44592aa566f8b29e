package io.github.etcddiscovery.codec;

import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class GrpcFormatTests {

	private static final Instance HELLO = Instance.of("test/hello", "10.0.0.5", 8080);

	private final Layout layout = Layout.of(InstanceCodec.grpc());

	private Decoded decode(String key, String value) {
		return this.layout.decode("test/hello", Bytes.utf8(key), Bytes.utf8(value));
	}

	private Decoded decodeMetadata(String metadata) {
		return decode("test/hello/1", "{\"Op\":0,\"Addr\":\"10.0.0.5:8080\",\"Metadata\":" + metadata + "}");
	}

	@Test
	void metadataIsNullWhereThereIsNothingToSay() {
		assertThat(this.layout.codec().value(HELLO).strictUtf8()).endsWith("\"Metadata\":null}");
		assertThat(this.layout.codec().value(HELLO.withWeight(20)).strictUtf8())
			.endsWith("\"Metadata\":{\"weight\":20}}");
		assertThat(this.layout.codec().value(HELLO.withTag("zone", "a")).strictUtf8())
			.endsWith("\"Metadata\":{\"weight\":10,\"zone\":\"a\"}}");
	}

	@Test
	void theWeightGoesBeforeATagOfThatName() {
		Instance instance = HELLO.withWeight(20).withTag("weight", "7");
		assertThat(this.layout.codec().value(instance).strictUtf8()).endsWith("\"Metadata\":{\"weight\":20}}");
	}

	@ParameterizedTest
	@CsvSource({ "20, 20", "'\"20\"', 20", "-5, -5", "2147483648, 2147483647", "20.0, 0", "2e1, 0", "'\"heavy\"', 0",
			"null, 0", "true, 0", "[1], 0", "99999999999999999999, 0", "'\"\"', 0", "'\"\u0661\"', 0" })
	void weightIsAnIntegerHoweverItIsWritten(String json, int weight) {
		assertThat(decodeMetadata("{\"weight\":" + json + "}")).isEqualTo(new Found(HELLO.withWeight(weight)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "\"text\" | text", "7 | 7", "true | true", "[1, {\"a\":null}] | [1, {\"a\":null}]", "\"\" | ''" })
	void metadataThatIsNoObjectIsOneTag(String json, String text) {
		assertThat(decodeMetadata(json)).isEqualTo(new Found(HELLO.withWeight(0).withTags(Map.of("metadata", text))));
	}

	@Test
	void membersOfMetadataAreTagsWhateverTheirType() {
		assertThat(
				decodeMetadata("{\"s\":\"x\",\"n\":1.50,\"b\":false,\"no\":null,\"o\":{ \"p\" : [] },\"secure\":true}"))
			.isEqualTo(new Found(HELLO.withWeight(0)
				.withTags(Map.of("s", "x", "n", "1.50", "b", "false", "o", "{ \"p\" : [] }", "secure", "true"))));
	}

	@ParameterizedTest
	@CsvSource({ "0, true", "255, true", "null, true", "256, false", "-0, false", "-1, false", "1.0, false",
			"'\"0\"', false", "[], false" })
	void opIsAByteAndMeansNothing(String json, boolean accepted) {
		Decoded decoded = decode("test/hello/1", "{\"Op\":" + json + ",\"Addr\":\"10.0.0.5:8080\"}");
		assertThat(decoded).isEqualTo(accepted ? new Found(HELLO.withWeight(0)) : new Rejected(Reason.MALFORMED, "Op"));
	}

	@Test
	void laterMetadataReplacesEarlier() {
		assertThat(decodeMetadata("{\"a\":\"1\"},\"Metadata\":{\"b\":\"2\"}"))
			.isEqualTo(new Found(HELLO.withWeight(0).withTags(Map.of("b", "2"))));
		assertThat(decodeMetadata("{\"a\":\"1\"},\"metadata\":null")).isEqualTo(new Found(HELLO.withWeight(0)));
		assertThat(decodeMetadata("{\"a\":\"1\",\"a\":null}")).isEqualTo(new Found(HELLO.withWeight(0)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{", "{\"a\"}", "[1,]", "nul", "01", "{\"a\":}", "\"" })
	void metadataThatIsNoJsonRejectsTheValue(String json) {
		assertThat(decodeMetadata(json)).extracting("reason").isEqualTo(Reason.MALFORMED);
	}

	@Test
	void metadataBeyondTheLimitsRejectsTheValue() {
		assertThat(decodeMetadata("[".repeat(8) + "]".repeat(8))).isEqualTo(new Rejected(Reason.TOO_LARGE, "Metadata"));
		assertThat(decodeMetadata("{\"a\":" + "[".repeat(7) + "]".repeat(7) + "}"))
			.isEqualTo(new Rejected(Reason.TOO_LARGE, "Metadata"));
		assertThat(decodeMetadata("{\"a\":" + "[".repeat(6) + "]".repeat(6) + "}")).isInstanceOf(Found.class);
		assertThat(decodeMetadata("\"" + "x".repeat(1025) + "\"")).isEqualTo(new Rejected(Reason.TOO_LARGE));
	}

	/** The value is rejected, so that the resolver forgets what stood there before. */
	@Test
	void n4BadJsonUnderAKeyIsNoInstanceAnyMore() {
		assertThat(decode("test/hello/a", "{\"Addr\":\"10.0.0.5:8080\"}")).isInstanceOf(Found.class);
		assertThat(decode("test/hello/a", "{bad")).isEqualTo(new Rejected(Reason.MALFORMED));
	}

	@Test
	void n7MetadataCarriesAWeightToThoseWhoReadIt() {
		Instance instance = HELLO.withWeight(30);
		assertThat(this.layout.decode("test/hello", this.layout.key(instance), this.layout.codec().value(instance)))
			.isEqualTo(new Found(instance));
	}

	@Test
	void whatFollowsTheServiceHasNoSlashOrIsTheAddress() {
		String url = "{\"Addr\":\"http://10.0.0.5:8080\"}";
		Found found = new Found(HELLO.withWeight(0));
		assertThat(decode("test/hello/anything", url)).isEqualTo(found);
		assertThat(decode("test/hello/", url)).isEqualTo(found);
		assertThat(decode("test/hello/http://10.0.0.5:8080", url)).isEqualTo(found);
		assertThat(decode("test/hello/http://10.0.0.5:9090", url)).isEqualTo(new Foreign());
		assertThat(decode("test/hello/v2/10.0.0.5:8080", url)).isEqualTo(new Foreign());
		assertThat(decode("test/hello", url)).isEqualTo(new Foreign());
		assertThat(decode("test/hello2/1", url)).isEqualTo(new Foreign());
	}

	@Test
	void schemeAndPathOfAUrlAreTags() {
		assertThat(decode("test/hello/1", "{\"Addr\":\"https://10.0.0.5:8080/v1\"}"))
			.isEqualTo(new Found(HELLO.withWeight(0).withTags(Map.of(Instance.SECURE, "true", "path", "/v1"))));
	}

}
