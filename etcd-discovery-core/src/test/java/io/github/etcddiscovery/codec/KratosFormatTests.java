package io.github.etcddiscovery.codec;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KratosFormatTests {

	private static final Instance HELLO = Instance.of("hello", "10.0.0.5", 8000);

	private final Layout layout = Layout.of(InstanceCodec.kratos());

	private Decoded decodeEndpoints(String endpoints) {
		return this.layout.decode("hello", Bytes.utf8("/microservices/hello/hello:10.0.0.5:8000"),
				Bytes.utf8("{\"name\":\"hello\",\"endpoints\":" + endpoints + "}"));
	}

	private String json(Instance instance) {
		return new String(this.layout.codec().value(instance).toByteArray(), StandardCharsets.UTF_8);
	}

	@Test
	void onlyTheFirstEndpointOfASchemeIsATag() {
		assertThat(decodeEndpoints(
				"[\"http://10.0.0.5:8000\",\"grpc://10.0.0.5:9000\",\"grpc://10.0.0.6:9001\",\"http://10.0.0.5:8001\"]"))
			.isEqualTo(new Found(HELLO.withWeight(0).withTags(Map.of("grpc.port", "9000", "http.port", "8001"))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[null]", "[\"\"]", "[\"grpc://\"]", "[\"/10.0.0.5:8000\"]", "[\"grpc://10.0.0.5\"]" })
	void endpointsWithoutAddressAreNone(String endpoints) {
		assertThat(decodeEndpoints(endpoints)).isEqualTo(new Rejected(Reason.ADDRESS));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[1]", "[[\"http://h:1\"]]", "true", "[\"http://h:1\",]", "[\"http://h:1\"" })
	void endpointsOfAnotherShapeRejectTheValue(String endpoints) {
		assertThat(decodeEndpoints(endpoints)).isEqualTo(new Rejected(Reason.MALFORMED, "endpoints"));
	}

	@Test
	void anIdOfTheUsualFormIsNoTag() {
		assertThat(decodeEndpoints("[\"http://10.0.0.5:8000\"]")).isEqualTo(new Found(HELLO.withWeight(0)));
	}

	@Test
	void metadataDoesNotSayWhatHasAPlaceOfItsOwn() {
		Decoded decoded = decodeEndpoints(
				"[\"http://10.0.0.5:8000\"],\"metadata\":{\"scheme\":\"grpc\",\"instance-id\":\"x\",\"a\":\"b\"}");
		assertThat(decoded).isEqualTo(new Found(HELLO.withWeight(0).withTags(Map.of("a", "b"))));
	}

	@ParameterizedTest
	@CsvSource({ "grpc.port, 9000, true", "grpcs.port, 9000, true", "grpc.port, 09000, false", "grpc.port, 0, false",
			"grpc.port, 65536, false", "grpc.port, x, false", "grpc.port, '', false", "management.port, 9000, false" })
	void aPortForGrpcIsAnEndpoint(String tag, String port, boolean endpoint) {
		String json = json(HELLO.withTag(tag, port));
		String scheme = tag.substring(0, tag.indexOf('.'));
		assertThat(json.contains(",\"" + scheme + "://10.0.0.5:" + port + "\"]")).isEqualTo(endpoint);
		assertThat(json.contains("\"metadata\":null")).isEqualTo(endpoint);
	}

	@Test
	void thePortOfGrpcCanBeTheOwnOne() {
		Instance instance = HELLO.withTags(Map.of("scheme", "grpc", "grpc.port", "8000"));
		assertThat(this.layout.decode("hello", this.layout.key(instance), this.layout.codec().value(instance)))
			.isEqualTo(new Found(instance.withWeight(0)));
	}

	/** Its first default for others is 100: a 10 would mean a tenth of their traffic. */
	@Test
	void theDefaultWeightIsLeftToKratos() {
		assertThat(json(HELLO)).doesNotContain("weight");
		assertThat(json(HELLO.withWeight(100))).contains("\"metadata\":{\"weight\":\"100\"}");
		assertThat(json(HELLO.withTag("weight", "7"))).doesNotContain("weight");
	}

	/**
	 * One value that its reader cannot read makes the call for all instances fail. What
	 * its reader takes: five members of these types and nothing else.
	 */
	@Test
	void neverWritesWhatFailsItsReader() throws UnreadableException {
		Map<String, String> odd = new HashMap<>();
		odd.put("\"\\\n\u0000\u2028", "\ud83d");
		odd.put("secure", "1");
		odd.put("grpc.port", "{}");
		KratosValue value = KratosValue.read(this.layout.codec().value(HELLO.withTags(odd).withWeight(-1)));
		assertThat(value.name()).isEqualTo("hello");
		assertThat(value.metadata()).containsEntry("weight", "-1").containsEntry("\"\\\n\u0000\u2028", "\ufffd");
		assertThat(value.endpoints()).containsExactly("http://10.0.0.5:8000");
		refuses("scheme", "a b");
		refuses("instance-id", "");
		refuses("instance-id", "a\nb");
		refuses("instance-id", "x".repeat(1025));
	}

	private void refuses(String tag, String text) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> json(HELLO.withTag(tag, text)))
			.withMessageContaining(tag);
	}

	@Test
	void metadataOfTheServiceMakesNoPlainEndpointOneOfTls() {
		Decoded decoded = this.layout.decode("hello", Bytes.utf8("/microservices/hello/a"), Bytes.utf8("""
				{"id":"hello:10.0.0.5:8000","name":"hello","metadata":{"secure":"true","scheme":"x","zone":"b"},
				"endpoints":["http://10.0.0.5:8000"]}"""));
		assertThat(decoded).isEqualTo(new Found(HELLO.withWeight(0).withTags(Map.of("zone", "b"))));
	}

	@Test
	void whatNobodyReadsIsNotWritten() {
		Map<String, String> tags = new HashMap<>();
		for (int i = 0; i < 64; i++) {
			tags.put("tag" + i, "x");
		}
		Instance full = HELLO.withTags(tags);
		assertThat(json(full)).contains("tag63");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> json(full.withWeight(20)))
			.withMessageContaining("65");
	}

}
