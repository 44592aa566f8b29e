package io.github.etcddiscovery.codec;

import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded.Found;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is particular to the formats whose value is an address and nothing else.
 */
class TextFormatsTests {

	private static final Instance HELLO = Instance.of("hello", "10.0.0.5", 8080);

	private final Layout goKit = Layout.of(InstanceCodec.goKit());

	private final Layout plain = Layout.of(InstanceCodec.plain());

	private final Layout goZero = Layout.of(InstanceCodec.goZero());

	@Test
	void neverWritesTheKeyThatAllInstancesOfGoKitShare() {
		assertThat(this.goKit.key(HELLO)).isEqualTo(Bytes.utf8("/services/hello/10.0.0.5:8080"))
			.isNotEqualTo(this.goKit.key(Instance.of("hello", "10.0.0.6", 8080)));
	}

	@Test
	void readsTheSharedKeyWithTheValueAsItsId() {
		Decoded decoded = this.goKit.decode("hello", Bytes.utf8("/services/hello/"),
				Bytes.utf8("http://10.0.0.5:8080\n"));
		assertThat(decoded)
			.isEqualTo(new Found(HELLO.withWeight(0).withTags(Map.of(Instance.ID, "http://10.0.0.5:8080"))));
	}

	@Test
	void numbersOfGoZeroAreStableAndPositive() {
		for (int port = 1; port <= 65535; port++) {
			String key = String.valueOf(this.goZero.key(Instance.of("user.rpc", "10.0.0.5", port)).strictUtf8());
			assertThat(Long.parseLong(key.substring("user.rpc/".length()))).isPositive();
		}
		Instance user = Instance.of("user.rpc", "10.0.0.5", 8080);
		assertThat(this.goZero.key(user)).isEqualTo(this.goZero.key(user.withWeight(3).withTag(Instance.ID, "x")))
			.isNotEqualTo(this.goZero.key(Instance.of("user.rpc", "10.0.0.5", 8081)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a\u0000b", "a\u202eb", "a\ud83d" })
	void refusesIdsThatNoKeyCanHold(String id) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.plain.key(HELLO.withTag(Instance.ID, id)))
			.withMessageContaining("instance-id");
	}

	@Test
	void sayNothingOfWeights() {
		for (Layout layout : new Layout[] { this.goKit, this.plain, this.goZero }) {
			assertThat(layout.decode("hello", layout.key(HELLO), layout.codec().value(HELLO.withWeight(20))))
				.isEqualTo(new Found(HELLO.withWeight(0)));
		}
	}

}
