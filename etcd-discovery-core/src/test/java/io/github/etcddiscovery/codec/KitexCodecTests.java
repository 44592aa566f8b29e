package io.github.etcddiscovery.codec;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class KitexCodecTests {

	private static final String VALUE = "{\"network\":\"tcp\",\"address\":\"10.0.0.5:8888\",\"weight\":7}";

	private static final Found FOUND = new Found(new Instance("echo", "10.0.0.5", 8888, 7, Map.of()));

	private final InstanceCodec codec = InstanceCodec.kitex();

	private Decoded decode(@Nullable String service, String key, String value) {
		return this.codec.decode("p", service, Bytes.utf8(key), Bytes.utf8(value));
	}

	private Decoded decodeValue(String value) {
		return decode(null, "p/echo/10.0.0.5:8888", value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "service.music.user", "Hello", "music_user", "\u652f\u4ed8.order&refund <v2>", "..",
			"a%2Fb", " ", "\ud83d\ude00", "kitex" })
	void carriesAnyNameThatGoCarries(String service) {
		assertThatNoException().isThrownBy(() -> this.codec.checkService(service));
		Instance instance = Instance.of(service, "10.0.0.5", 8888);
		assertThat(this.codec.decode("p", service, this.codec.key("p", instance), this.codec.value(instance)))
			.isEqualTo(new Found(instance));
	}

	@Test
	void carriesNamesOf255Bytes() {
		assertThatNoException().isThrownBy(() -> this.codec.checkService("\u652f".repeat(85)));
		refuses("\u652f".repeat(85) + "a", "255 bytes at most");
	}

	@Test
	void refusesNamesThatCannotBeKeptApartOrLogged() {
		refuses("", "not empty");
		refuses("a/b", "no '/'");
		refuses("a\nb", "\\x0a");
		refuses("a\u0000", "control");
		refuses("a\u202eb", "direction");
		refuses("a\u2028b", "separators");
		refuses("a\ud83d", "surrogate");
	}

	private void refuses(String service, String message) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> this.codec.checkService(service))
			.withMessageContaining(message)
			.withMessageContaining("kitex");
	}

	@Test
	void rangeOfAServiceHoldsNoOtherService() {
		KeyRange range = this.codec.service("kitex/registry-etcd", "registry-etcd-test");
		assertThat(range.start()).isEqualTo(Bytes.utf8("kitex/registry-etcd/registry-etcd-test/"));
		assertThat(range.end()).isEqualTo(Bytes.utf8("kitex/registry-etcd/registry-etcd-test0"));
		assertThat(range.contains(Bytes.utf8("kitex/registry-etcd/registry-etcd-test-suffix/10.0.0.5:8888"))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "kitex/registry-etcd, kitex/registry-etcd/echo/10.0.0.5:8888", "'', /echo/10.0.0.5:8888",
			"kitex/, kitex//echo/10.0.0.5:8888", "/a, /a/echo/10.0.0.5:8888", "100%s, 100%s/echo/10.0.0.5:8888" })
	void takesThePrefixVerbatim(String prefix, String key) {
		Bytes bytes = this.codec.key(prefix, FOUND.instance());
		assertThat(bytes).isEqualTo(Bytes.utf8(key));
		assertThat(this.codec.decode(prefix, null, bytes, Bytes.utf8(VALUE))).isEqualTo(FOUND);
		assertThat(this.codec.decode(prefix, "echo", bytes, Bytes.utf8(VALUE))).isEqualTo(FOUND);
		assertThat(this.codec.allServices(prefix)).isNotNull()
			.satisfies((range) -> assertThat(range.contains(bytes)).isTrue());
	}

	@ParameterizedTest
	@ValueSource(strings = { "q/echo/10.0.0.5:8888", "p", "p/", "p/echo", "p/echo/", "p//10.0.0.5:8888",
			"p/other/echo/10.0.0.5:8888", "pp/echo/10.0.0.5:8888", "" })
	void passesOverKeysThatAreNoInstances(String key) {
		assertThat(decode(null, key, VALUE)).isEqualTo(new Foreign());
	}

	@Test
	void passesOverOtherServicesWhenAskedForOne() {
		assertThat(decode("echo", "p/echo2/10.0.0.5:8888", VALUE)).isEqualTo(new Foreign());
		assertThat(decode("echo", "p/Echo/10.0.0.5:8888", VALUE)).isEqualTo(new Foreign());
	}

	@Test
	void rejectsKeysThatAreNotUtf8WhereTheyAreOurs() {
		Bytes ours = Bytes.of(new byte[] { 'p', '/', 'a', '/', (byte) 0xff });
		assertThat(this.codec.decode("p", null, ours, Bytes.utf8(VALUE))).isEqualTo(new Rejected(Reason.ENCODING));
		assertThat(this.codec.decode("p", "a", ours, Bytes.utf8(VALUE))).isEqualTo(new Rejected(Reason.ENCODING));
		assertThat(this.codec.decode("p", "b", ours, Bytes.utf8(VALUE))).isEqualTo(new Foreign());
		assertThat(this.codec.decode("q", null, ours, Bytes.utf8(VALUE))).isEqualTo(new Foreign());
	}

	@Test
	void rejectsServicesThatNobodyCouldAskFor() {
		assertThat(decode(null, "p/a\nb/10.0.0.5:8888", VALUE)).isEqualTo(new Rejected(Reason.MALFORMED));
		assertThat(decode(null, "p/" + "a".repeat(256) + "/10.0.0.5:8888", VALUE))
			.isEqualTo(new Rejected(Reason.MALFORMED));
	}

	@Test
	void takesTheAddressOfTheValueAsKitexDoes() {
		assertThat(decode(null, "p/echo/10.9.9.9:1", VALUE)).isEqualTo(FOUND);
	}

	@ParameterizedTest
	@CsvSource({ "tcp, true", "tcp4, true", "tcp6, true", "TCP, false", "udp, false", "unix, false", "'', false",
			"tcp5, false" })
	void takesTcpOnly(String network, boolean taken) {
		assertThat(decodeValue(VALUE.replace("\"tcp\"", "\"" + network + "\"")))
			.isEqualTo(taken ? FOUND : new Rejected(Reason.ADDRESS));
	}

	@ParameterizedTest
	@ValueSource(strings = { "10.0.0.5", ":8888", "10.0.0.5:0", "10.0.0.5:65536", "evil:80/path@h:1", "http://h:80",
			"0x7f000001:80", "127.1:80", "[::1]%eth0:80", "a_b:80", "h :80", "u@h:80", "/run/echo.sock" })
	void rejectsPoisonedAddresses(String address) {
		assertThat(decodeValue(VALUE.replace("10.0.0.5:8888", address))).isEqualTo(new Rejected(Reason.ADDRESS));
	}

	@ParameterizedTest
	@CsvSource({ "9223372036854775807, 2147483647", "-9223372036854775808, -2147483648", "2147483647, 2147483647",
			"0, 0", "-1, -1" })
	void clampsTheWeightAndHandsItOn(String written, int read) {
		assertThat(decodeValue(VALUE.replace("7", written))).isEqualTo(new Found(FOUND.instance().withWeight(read)));
	}

	@Test
	void rejectsWhatIsBeyondTheLimits() {
		tooLarge("{\"tags\":{\"a\":\"" + "x".repeat(1025) + "\"}}");
		tooLarge("{\"tags\":{\"" + "x".repeat(129) + "\":\"\"}}");
		tooLarge("{\"tags\":{\"a\":\"" + "\u00e9".repeat(513) + "\"}}");
		tooLarge("{\"tags\":" + tags(65) + "}");
		tooLarge("{\"tags\":" + tags(40) + ",\"tags\":" + tags(65).replace("\"t", "\"u") + "}");
		tooLarge("{\"x\":" + "[".repeat(8) + "]".repeat(8) + "}");
		tooLarge("{\"x\":\"" + "x".repeat(16 * 1024) + "\"}");
		tooLarge(" ".repeat(16 * 1024 + 1));
	}

	private void tooLarge(String value) {
		assertThat(decodeValue(value)).extracting("reason").isEqualTo(Reason.TOO_LARGE);
	}

	@Test
	void acceptsWhatIsAtTheLimits() {
		String start = VALUE.substring(0, VALUE.length() - 1);
		assertThat(decodeValue(start + ",\"tags\":" + tags(64) + "}")).isInstanceOf(Found.class);
		assertThat(decodeValue(start + ",\"tags\":{\"" + "n".repeat(128) + "\":\"" + "v".repeat(1024) + "\"}}"))
			.isInstanceOf(Found.class);
		assertThat(decodeValue(start + ",\"x\":" + "[".repeat(7) + "]".repeat(7) + "}")).isEqualTo(FOUND);
		assertThat(decodeValue(start + ",\"x\":" + "1".repeat(5000) + "}")).isEqualTo(FOUND);
		assertThat(decodeValue(VALUE + " ".repeat(16 * 1024 - VALUE.length()))).isEqualTo(FOUND);
	}

	private static String tags(int number) {
		StringBuilder tags = new StringBuilder("{");
		for (int i = 0; i < number; i++) {
			tags.append((i > 0) ? "," : "").append("\"t").append(i).append("\":\"\"");
		}
		return tags.append('}').toString();
	}

	@Test
	void refusesToWriteWhatNobodyReadsAndNamesTheTagOnly() {
		Map<String, String> many = new HashMap<>();
		IntStream.range(0, 65).forEach((i) -> many.put("t" + i, ""));
		refusesTags(many, "tags: 65");
		refusesTags(Map.of("token", "secret".repeat(200)), "'token'");
		refusesTags(Map.of("n".repeat(129), "secret"), "the name is too long");
		Map<String, String> large = new HashMap<>();
		IntStream.range(0, 17).forEach((i) -> large.put("t" + i, "secret".repeat(170)));
		refusesTags(large, "16384 at most");
	}

	private void refusesTags(Map<String, String> tags, String message) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.codec.value(FOUND.instance().withTags(tags)))
			.withMessageContaining(message)
			.withMessageNotContaining("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "::", "0:0:0:0:0:0:0:0", "my_host", "a/b", "h:80", "user@h", " ", "h\n" })
	void refusesToWriteHostsThatNobodyCanReach(String host) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.codec.value(Instance.of("echo", host, 8888)))
			.withMessageContaining("host");
	}

	@Test
	void doesNotRevokeOnLeave() {
		assertThat(this.codec.peersRevokeOnLeave()).isFalse();
	}

	@Test
	void layoutIsTheCodecUnderAPrefix() {
		Layout layout = Layout.kitex();
		assertThat(layout).isEqualTo(new Layout(layout.codec(), "kitex/registry-etcd"))
			.hasToString("kitex under 'kitex/registry-etcd'");
		assertThat(layout.key(FOUND.instance())).isEqualTo(Bytes.utf8("kitex/registry-etcd/echo/10.0.0.5:8888"));
		assertThat(layout.allServices()).isEqualTo(KeyRange.prefix(Bytes.utf8("kitex/registry-etcd/")));
		assertThat(layout.service("echo")).isEqualTo(KeyRange.prefix(Bytes.utf8("kitex/registry-etcd/echo/")));
		assertThat(layout.decode("echo", layout.key(FOUND.instance()), Bytes.utf8(VALUE))).isEqualTo(FOUND);
	}

	@Test
	void reasonsAreTagsOfAMetric() {
		assertThat(Reason.values()).extracting(Reason::tag)
			.containsExactly("malformed", "too_large", "encoding", "address");
	}

}
