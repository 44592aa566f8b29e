package io.github.etcddiscovery.codec;

import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What Kitex's {@code registry-etcd} gets wrong on the wire, by the numbers that
 * docs/parity.md gives these defects: what is written here instead, and that what old
 * versions wrote is read all the same.
 */
class KitexDefectTests {

	private static final Layout KITEX = Layout.kitex();

	@ParameterizedTest
	@ValueSource(strings = { "null", "{}", "{\"network\":\"tcp\"}", "{\"network\":\"tcp\",\"address\":null}" })
	void d23AValueWithoutAddressIsNoInstance(String value) {
		assertThat(decode("kitex/registry-etcd/echo/10.0.0.5:8888", value)).isEqualTo(new Rejected(Reason.ADDRESS));
	}

	@Test
	void d24WritesIpv6InBrackets() {
		Instance instance = Instance.of("echo", "2001:db8::1", 8888);
		assertThat(KITEX.key(instance)).isEqualTo(Bytes.utf8("kitex/registry-etcd/echo/[2001:db8::1]:8888"));
		assertThat(KITEX.codec().value(instance).strictUtf8()).contains("\"address\":\"[2001:db8::1]:8888\"");
	}

	@Test
	void d24ReadsIpv6AsEveryVersionHasWrittenIt() {
		assertThat(decode("kitex/registry-etcd/echo/::1:8888", value("::1:8888")))
			.isEqualTo(new Found(Instance.of("echo", "::1", 8888)));
		assertThat(decode("kitex/registry-etcd/echo/[::1]:8888", value("[::1]:8888")))
			.isEqualTo(new Found(Instance.of("echo", "::1", 8888)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "::" })
	void d25AnAddressThatStandsForAllIsNeverWritten(String host) {
		assertThatIllegalArgumentException().isThrownBy(() -> KITEX.codec().value(Instance.of("echo", host, 8888)))
			.withMessageContaining(host);
	}

	@Test
	void d28APercentSignInThePrefixIsAPercentSign() {
		Layout percent = new Layout(InstanceCodec.kitex(), "100%v/%d");
		Bytes key = percent.key(Instance.of("echo", "10.0.0.5", 8888));
		assertThat(key).isEqualTo(Bytes.utf8("100%v/%d/echo/10.0.0.5:8888"));
		assertThat(percent.service("echo").contains(key)).isTrue();
		assertThat(percent.decode("echo", key, Bytes.utf8(value("10.0.0.5:8888")))).isInstanceOf(Found.class);
	}

	@Test
	void d29TheEmptyPrefixOfTheDeprecatedConstructorsIsReadAndWritten() {
		Layout empty = new Layout(InstanceCodec.kitex(), "");
		Instance instance = Instance.of("echo", "10.0.0.5", 8888);
		assertThat(empty.key(instance)).isEqualTo(Bytes.utf8("/echo/10.0.0.5:8888"));
		assertThat(empty.decode(null, empty.key(instance), Bytes.utf8(value("10.0.0.5:8888"))))
			.isEqualTo(new Found(instance));
		assertThat(empty.allServices().contains(KITEX.key(instance))).as("the usual prefix is another range").isFalse();
	}

	@Test
	void d35TheUnixSocketsThatKitexCannotRegisterAreNoInstancesEither() {
		assertThat(decode("kitex/registry-etcd/echo//run/echo.sock",
				"{\"network\":\"unix\",\"address\":\"/run/echo.sock\",\"weight\":10,\"tags\":null}"))
			.isEqualTo(new Rejected(Reason.ADDRESS));
	}

	/** Go 1.21 and older write \u0008 and \u000c, newer ones \b and \f. */
	@ParameterizedTest
	@ValueSource(strings = { "\\u0008\\u000c", "\\b\\f", "\\u0008\\f" })
	void readsTheEscapesOfEveryGo(String escaped) {
		Decoded decoded = decode("kitex/registry-etcd/echo/10.0.0.5:8888",
				"{\"network\":\"tcp\",\"address\":\"10.0.0.5:8888\",\"weight\":1,\"tags\":{\"a\":\"" + escaped
						+ "\"}}");
		assertThat(decoded).isInstanceOfSatisfying(Found.class,
				(found) -> assertThat(found.instance().tags()).isEqualTo(Map.of("a", "\b\f")));
	}

	private static String value(String address) {
		return "{\"network\":\"tcp\",\"address\":\"" + address + "\",\"weight\":10,\"tags\":null}";
	}

	private static Decoded decode(String key, String value) {
		return KITEX.decode(null, Bytes.utf8(key), Bytes.utf8(value));
	}

}
