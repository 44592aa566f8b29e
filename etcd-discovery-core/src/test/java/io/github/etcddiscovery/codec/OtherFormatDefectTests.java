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
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What Hertz, etcd's naming (N), go-zero, Kratos and the seeds themselves get wrong on
 * the wire, and what is made of it here.
 */
class OtherFormatDefectTests {

	@ParameterizedTest
	@ValueSource(strings = { "{\"Op\":0,\"Addr\":\"\",\"Metadata\":null}", "{}", "null" })
	void n5AnEmptyAddressIsNoInstance(String value) {
		assertThat(decode(InstanceCodec.grpc(), "foo", "foo/x", value)).isEqualTo(new Rejected(Reason.ADDRESS));
	}

	@Test
	void n5AnEmptyAddressIsNotWrittenEither() {
		assertThatIllegalArgumentException().isThrownBy(() -> Instance.of("foo", "", 80)).withMessageContaining("host");
	}

	/** Seed 3 registers an address that gRPC cannot dial. */
	@Test
	void anAddressWithASchemeInGrpcNamingIsReadAndWrittenWithout() {
		Decoded decoded = decode(InstanceCodec.grpc(), "test/hello", "test/hello/http://localhost:8080",
				"{\"Op\":0,\"Addr\":\"http://localhost:8080\",\"Metadata\":null}");
		assertThat(decoded).isInstanceOfSatisfying(Found.class, (found) -> {
			assertThat(found.instance().address()).isEqualTo("localhost:8080");
			assertThat(InstanceCodec.grpc().value(found.instance()).strictUtf8())
				.startsWith("{\"Op\":0,\"Addr\":\"localhost:8080\"");
		});
	}

	/** Seed 4 registers one key for all instances. */
	@Test
	void theSharedKeyOfGoKitIsReadAndNeverWritten() {
		InstanceCodec codec = InstanceCodec.goKit();
		Decoded decoded = decode(codec, "hello", "/services/hello/", "http://127.0.0.1:8080");
		assertThat(decoded).isInstanceOfSatisfying(Found.class,
				(found) -> assertThat(Layout.of(codec).key(found.instance()))
					.isEqualTo(Bytes.utf8("/services/hello/127.0.0.1:8080")));
	}

	@Test
	void hertzTagsInAnyOrderAndUnescapedAreRead() {
		Decoded decoded = decode(InstanceCodec.hertz(), "echo", "hertz/registry-etcd/echo/10.0.0.5:8888",
				"{\"network\":\"tcp\",\"address\":\"10.0.0.5:8888\",\"weight\":10,\"tags\":{\"z\":\"<1>\",\"a\":\"&\"}}");
		assertThat(decoded)
			.isEqualTo(new Found(Instance.of("echo", "10.0.0.5", 8888).withTags(Map.of("a", "&", "z", "<1>"))));
	}

	@Test
	void goZeroNestedKeysAndEmptyValuesAreNoInstances() {
		assertThat(decode(InstanceCodec.goZero(), "user.rpc", "user.rpc/a/7", "10.0.0.5:8888"))
			.isInstanceOf(Foreign.class);
		assertThat(decode(InstanceCodec.goZero(), "user.rpc", "user.rpc/7", ""))
			.isEqualTo(new Rejected(Reason.ADDRESS));
	}

	/** Its reader fails a whole lookup for one value that it cannot read. */
	@Test
	void kratosIsNeverGivenAValueThatItsStrictReaderCannotRead() {
		Instance plain = Instance.of("echo", "::1", 8000);
		assertThat(InstanceCodec.kratos().value(plain).strictUtf8()).isEqualTo(
				"{\"id\":\"echo:[::1]:8000\",\"name\":\"echo\",\"version\":\"\",\"metadata\":null,\"endpoints\":[\"http://[::1]:8000\"]}");
		Instance full = plain.withWeight(30).withTags(Map.of("version", "1", "secure", "true", "grpc.port", "9000"));
		assertThat(InstanceCodec.kratos().value(full).strictUtf8()).contains("\"version\":\"1\"",
				"\"metadata\":{\"weight\":\"30\"}", "\"endpoints\":[\"https://[::1]:8000\",\"grpc://[::1]:9000\"]");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> InstanceCodec.kratos().value(plain.withTag("scheme", "no scheme")));
	}

	private static Decoded decode(InstanceCodec codec, String service, String key, String value) {
		return Layout.of(codec).decode(service, Bytes.utf8(key), Bytes.utf8(value));
	}

}
