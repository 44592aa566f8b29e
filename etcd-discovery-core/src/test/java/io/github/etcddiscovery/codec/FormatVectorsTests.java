package io.github.etcddiscovery.codec;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The vectors that {@code interop/vectors} makes with Go, for what the shared ones leave
 * out: each names the instance to write or to find.
 */
class FormatVectorsTests {

	static Stream<GoldenVector> encode() {
		return rows("encode");
	}

	static Stream<GoldenVector> decode() {
		return rows("decode");
	}

	private static Stream<GoldenVector> rows(String direction) {
		return InstanceCodec.all()
			.stream()
			.flatMap((codec) -> GoldenVector.of(codec.format(), direction))
			.filter((vector) -> vector.row().containsKey("instance"));
	}

	@Test
	void allRowsAreThere() {
		assertThat(encode()).hasSize(34);
		assertThat(decode()).hasSize(39);
	}

	@ParameterizedTest
	@MethodSource("encode")
	void writesWhatGoWrites(GoldenVector vector) {
		Layout layout = layout(vector);
		Instance instance = Objects.requireNonNull(vector.instance());
		assertThat(layout.key(instance)).isEqualTo(vector.key());
		assertThat(layout.codec().value(instance)).isEqualTo(vector.value());
	}

	@ParameterizedTest
	@MethodSource("decode")
	void findsWhatTheRowNames(GoldenVector vector) {
		Instance instance = vector.instance();
		String service = layout(vector).codec().format().equals("go-zero") ? "user.rpc" : null;
		Decoded decoded = layout(vector).decode(service, vector.key(), vector.value());
		if (instance != null) {
			assertThat(vector.accepted()).isTrue();
			assertThat(decoded).isEqualTo(new Found(instance));
		}
		else if (vector.java().equals("another service's")) {
			assertThat(decoded).isEqualTo(new Foreign());
		}
		else {
			assertThat(vector.java()).startsWith("skip");
			assertThat(decoded).isInstanceOf(Rejected.class);
		}
	}

	static Stream<GoldenVector> structs() {
		return decode().filter((vector) -> !layout(vector).codec().format().equals("go-zero"));
	}

	@ParameterizedTest
	@MethodSource("structs")
	void readsTheStructThatGoReads(GoldenVector vector) throws UnreadableException {
		boolean kratos = layout(vector).codec().format().equals("kratos");
		if (!vector.accepted()) {
			assertThatThrownBy(() -> struct(kratos, vector)).isInstanceOf(UnreadableException.class);
			return;
		}
		assertThat(struct(kratos, vector)).isEqualTo(kratos ? kratos(vector.result()) : hertz(vector.result()));
	}

	private static Object struct(boolean kratos, GoldenVector vector) throws UnreadableException {
		return kratos ? KratosValue.read(vector.value()) : KitexValue.read(vector.value());
	}

	@SuppressWarnings("unchecked")
	private static KratosValue kratos(Map<String, ?> fields) {
		return new KratosValue((String) fields.get("id"), (String) fields.get("name"), (String) fields.get("version"),
				(Map<String, String>) fields.get("metadata"), (List<String>) fields.get("endpoints"));
	}

	@SuppressWarnings("unchecked")
	private static KitexValue hertz(Map<String, ?> fields) {
		return new KitexValue((String) fields.get("network"), (String) fields.get("address"),
				(Long) fields.get("weight"), (Map<String, String>) fields.get("tags"));
	}

	private static Layout layout(GoldenVector vector) {
		return Layout.of(BuiltInFormatsTests.codec((String) vector.row().get("format")));
	}

}
