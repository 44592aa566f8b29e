package io.github.etcddiscovery.codec;

import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.etcddiscovery.codec.BuiltInFormatsTests.codec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What holds in every format, where the Go originals differ or fail.
 */
class EveryFormatTests {

	/**
	 * etcd's clients 3.5.0 to 3.5.9 mixed up foo and foo_other, go-kit bar and barsvc.
	 */
	@ParameterizedTest
	@MethodSource("io.github.etcddiscovery.codec.InstanceCodec#all")
	void servicesWithACommonBeginningAreKeptApart(InstanceCodec codec) {
		Layout layout = Layout.of(codec);
		Instance other = Instance.of("foo_other", "10.0.0.5", 80);
		assertThat(layout.service("foo").contains(layout.key(other))).isFalse();
		assertThat(layout.decode("foo", layout.key(other), codec.value(other))).isEqualTo(new Foreign());
	}

	@ParameterizedTest
	@MethodSource("io.github.etcddiscovery.codec.InstanceCodec#all")
	void aKeyThatReadersLeaveOutIsNotWritten(InstanceCodec codec) {
		Instance instance = Instance.of("foo", "10.0.0.5", 80);
		int rest = codec.key("p", instance).size() - 1;
		String longest = "p".repeat(Entry.MAX_KEY - rest);
		assertThat(new Layout(codec, longest).key(instance).size()).isEqualTo(Entry.MAX_KEY);
		assertThatIllegalArgumentException().isThrownBy(() -> new Layout(codec, longest + "p").key(instance))
			.withMessageContaining("a key of " + (Entry.MAX_KEY + 1) + " bytes");
	}

	@ParameterizedTest
	@MethodSource("io.github.etcddiscovery.codec.InstanceCodec#all")
	void ipv6StandsInBrackets(InstanceCodec codec) {
		Instance instance = Instance.of("foo", "2001:db8::1", 80);
		assertThat(codec.value(instance).strictUtf8()).contains("[2001:db8::1]:80");
		if (!codec.format().equals("go-zero")) {
			assertThat(codec.key("p", instance).strictUtf8()).contains("[2001:db8::1]:80");
		}
	}

	/** As Kitex and fmt.Sprintf("%s:%d") write it. */
	@ParameterizedTest
	@ValueSource(strings = { "kitex", "hertz", "grpc", "go-kit", "plain", "go-zero" })
	void ipv6WithoutBracketsIsRead(String format) {
		InstanceCodec codec = codec(format);
		Instance instance = Instance.of("foo", "2001:db8::1", 80);
		String value = String.valueOf(codec.value(instance).strictUtf8()).replace("[", "").replace("]", "");
		assertThat(codec.decode("p", "foo", Bytes.utf8("p/foo/1"), Bytes.utf8(value)))
			.isInstanceOfSatisfying(Found.class, (found) -> {
				assertThat(found.instance().host()).isEqualTo("2001:db8::1");
				assertThat(found.instance().port()).isEqualTo(80);
			});
	}

	/** Go's url.Parse fails on a bare percent sign, and Kratos's call with it. */
	@Test
	void aZoneInAUrlIsEscaped() {
		Instance instance = Instance.of("foo", "fe80::1%eth0", 80);
		for (InstanceCodec codec : List.of(InstanceCodec.goKit(), InstanceCodec.kratos())) {
			assertThat(codec.value(instance).strictUtf8()).contains("http://[fe80::1%25eth0]:80");
			assertThat(codec.decode("p", "foo", codec.key("p", instance), codec.value(instance)))
				.isEqualTo(new Found(instance.withWeight(0)));
		}
	}

	@ParameterizedTest
	@MethodSource("io.github.etcddiscovery.codec.InstanceCodec#all")
	void anAddressThatStandsForAllIsNeverWritten(InstanceCodec codec) {
		for (String host : List.of("0.0.0.0", "::")) {
			assertThatIllegalArgumentException().isThrownBy(() -> codec.value(Instance.of("foo", host, 80)))
				.withMessageContaining(host);
		}
	}

	@ParameterizedTest
	@MethodSource("io.github.etcddiscovery.codec.InstanceCodec#all")
	void nobodyIsToldMoreThanAReaderAccepts(InstanceCodec codec) {
		Instance instance = Instance.of("foo", "10.0.0.5", 80).withTags(Map.of("token", "secret".repeat(200)));
		assertThatIllegalArgumentException().isThrownBy(() -> codec.value(instance))
			.withMessageContaining("token")
			.withMessageNotContaining("secret");
		assertThat(codec.decode("p", "foo", Bytes.utf8("p/foo/1"), Bytes.utf8(" ".repeat(16 * 1024 + 1))))
			.isEqualTo(new Rejected(Reason.TOO_LARGE));
	}

}
