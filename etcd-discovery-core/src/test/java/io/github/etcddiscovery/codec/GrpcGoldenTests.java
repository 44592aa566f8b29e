package io.github.etcddiscovery.codec;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Every row of the golden vectors for etcd's gRPC naming, which is our format
 * {@code grpc}.
 */
class GrpcGoldenTests {

	private static final Layout LAYOUT = Layout.of(InstanceCodec.grpc());

	/** Tags and weight of the rows whose metadata is more than text. */
	private static final Map<String, Map<String, String>> METADATA = Map.of("ND04", Map.of("a", "b"), //
			"ND12", Map.of("big", "9007199254740993", "t", "true", "a", "[1,\"x\"]"), //
			"ND13", Map.of("metadata", "<m>"));

	static Stream<GoldenVector> encode() {
		return GoldenVector.of("grpc-naming", "encode");
	}

	static Stream<GoldenVector> decode() {
		return GoldenVector.of("grpc-naming", "decode");
	}

	@Test
	void allRowsAreThere() {
		assertThat(encode()).hasSize(9);
		assertThat(decode()).hasSize(22);
	}

	@ParameterizedTest
	@MethodSource("encode")
	void writesWhatGoWrites(GoldenVector vector) {
		switch (vector.id()) {
			case "NE01" -> writes(vector, Instance.of("test/hello", "127.0.0.1", 8080));
			case "NE02" -> readsTheUrlAndWritesNone(vector);
			case "NE03" ->
				assertThat(LAYOUT.decode("foo", vector.key(), vector.value())).isEqualTo(new Rejected(Reason.ADDRESS));
			case "NE04" -> assertThat(LAYOUT.codec()
				.value(new Instance("foo", "10.0.0.5", 9000, 10, Map.of("az", "\u5317\u4eac", "zone", "<a>&b"))))
				.isEqualTo(vector.value());
			case "NE05" -> writes(vector, Instance.of("foo", "::1", 9000));
			case "NE06" ->
				assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Instance.of("foo", "", 1));
			case "NE07" -> reads(vector, "foo",
					new Instance("foo", "h", 1, 0, Map.of("metadata", "[1,1.5,1e+21,1e-7,100000000000000000000]")));
			case "NE08" ->
				reads(vector, "foo", new Instance("foo", "h", 1, 0, Map.of("b", "true", "m", "{}", "s", "[]")));
			case "NE09" -> {
				Instance order = Instance.of("prod/pay/order", "10.0.0.5", 9000);
				assertThat(LAYOUT.codec().value(order)).isEqualTo(vector.value());
				reads(vector, "prod/pay/order", order.withWeight(0));
			}
			default -> throw new AssertionError("no rule for " + vector);
		}
	}

	private static void writes(GoldenVector vector, Instance instance) {
		assertThat(LAYOUT.key(instance)).isEqualTo(vector.key());
		assertThat(LAYOUT.codec().value(instance)).isEqualTo(vector.value());
	}

	private static void reads(GoldenVector vector, String service, Instance instance) {
		assertThat(LAYOUT.decode(service, vector.key(), vector.value())).isEqualTo(new Found(instance));
	}

	private static void readsTheUrlAndWritesNone(GoldenVector vector) {
		Instance instance = Instance.of("test/hello", "localhost", 8080);
		reads(vector, "test/hello", instance.withWeight(0));
		assertThat(LAYOUT.codec().value(instance))
			.isEqualTo(Bytes.utf8("{\"Op\":0,\"Addr\":\"localhost:8080\",\"Metadata\":null}"));
		assertThat(LAYOUT.key(instance)).isEqualTo(Bytes.utf8("test/hello/localhost:8080"));
	}

	@ParameterizedTest
	@MethodSource("decode")
	void readsWhatGoReads(GoldenVector vector) {
		Decoded decoded = LAYOUT.decode("foo", Bytes.utf8("foo/a1"), vector.value());
		String java = vector.java();
		if (java.startsWith("skip")) {
			assertThat(decoded).extracting("reason").isEqualTo(vector.accepted() ? Reason.ADDRESS : Reason.MALFORMED);
		}
		else if (java.startsWith("reject (or accept as opaque text)")) {
			assertThat(decoded).isEqualTo(new Found(new Instance("foo", "h", 1, 0, Map.of("metadata", "1e400"))));
		}
		else {
			assertThat(java).matches("same|accept.*");
			assertThat(decoded).isEqualTo(new Found(instance(vector)));
		}
	}

	private static Instance instance(GoldenVector vector) {
		HostPort address = HostPort.parse((String) Objects.requireNonNull(vector.result().get("addr")));
		Map<String, String> tags = METADATA.getOrDefault(vector.id(), Map.of());
		boolean plain = vector.result().get("metadata") == null;
		assertThat(tags.isEmpty()).as("a row with metadata needs its tags").isEqualTo(plain);
		return new Instance("foo", Objects.requireNonNull(address).host(), address.port(),
				vector.id().equals("ND12") ? 10 : 0, tags);
	}

}
