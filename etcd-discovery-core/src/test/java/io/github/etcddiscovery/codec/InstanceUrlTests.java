package io.github.etcddiscovery.codec;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class InstanceUrlTests {

	@ParameterizedTest
	@CsvSource({ "10.0.0.5:80, '', 10.0.0.5:80", "[::1]:80, '', [::1]:80", "2001:db8::1:80, '', [2001:db8::1]:80",
			"http://h:1, http, h:1", "HTTP://h, http, h:80", "https://h, https, h:443",
			"https://[::1], https, [::1]:443", "http://[fe80::1%25eth0]:80, http, [fe80::1%eth0]:80",
			"http://[fe80::1%eth0]:80, http, [fe80::1%eth0]:80", "http://::1:80, http, [::1]:80",
			"grpc+tls://h:9000, grpc+tls, h:9000", "http://h:80#x, http, h:80", "http://h?x, http, h:80",
			"http://b\u00fccher.example:80, http, xn--bcher-kva.example:80" })
	void readsAddresses(String text, String scheme, String address) {
		InstanceUrl url = Objects.requireNonNull(InstanceUrl.parse(text));
		assertThat(url.scheme()).isEqualTo(scheme);
		assertThat(url.address()).hasToString(address);
	}

	/** Each of them has made some reader go elsewhere than another one. */
	@ParameterizedTest
	@ValueSource(strings = { "", "h", ":80", "http://", "http:///x", "http://:80", "http://h:", "http://h:0",
			"http://h:65536", "http://h:8x", "http://u@h:80", "http://u:p@h:80", "http://h:80@evil:80",
			"http://h\\evil:80", "http://h%2eevil:80", "http://h /x", "grpc://h", "://h:80", "1http://h:80",
			"ht tp://h:80", "ht\u0130p://h:80", "http//h:80", "h:80/path", "h:80?x", " h:80", "http://[::1",
			"http://::1]:80", "http://[h]:80", "http://[::1]80", "http://127.1:80", "http://0x7f000001",
			"http://[fe80::1%25]:80", "http://a_b:80", "http://\u652f\u4ed8..example:80", "http://\ud83d:80",
			"h:80://x" })
	void rejectsWhatIsNoAddress(String text) {
		assertThat(InstanceUrl.parse(text)).isNull();
	}

	/** Which IDN turns into digits and dots; the resolver's filter sees the result. */
	@Test
	void digitsInDisguiseAreDigits() {
		assertThat(InstanceUrl.parse("http://\uff11\uff16\uff19\u3002254.169.254:80"))
			.isEqualTo(new InstanceUrl("http", new HostPort("169.254.169.254", 80), "", ""));
	}

	@Test
	void aHostileNameCostsLittle() {
		assertThat(InstanceUrl.parse("http://" + "\u652f".repeat(5000) + ":80")).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "http://h:80/v1?zone=a#top, /v1, zone=a", "http://h:80, '', ''", "http://h:80?, '', ''",
			"http://h:80/a?b?c, /a, b?c", "http://h:80#/x?y, '', ''", "http://h:80//x, //x, ''" })
	void keepsPathAndQuery(String text, String path, String query) {
		InstanceUrl url = Objects.requireNonNull(InstanceUrl.parse(text));
		assertThat(url.path()).isEqualTo(path);
		assertThat(url.query()).isEqualTo(query);
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "http://h:80, -, -", "h:80, -, -", "https://h:80, -, true",
			"grpc://h:80, grpc, -", "grpcs://h:80, grpcs, true", "thrift://h:80, thrift, -" })
	void schemeBecomesATag(String text, String scheme, String secure) throws UnreadableException {
		Map<String, String> tags = InstanceUrl.require(text).instance("a", 0, new HashMap<>()).tags();
		assertThat(tags.get(Instance.SCHEME)).isEqualTo(scheme);
		assertThat(tags.get(Instance.SECURE)).isEqualTo(secure);
	}

	/** Somebody's own metadata must not change how callers speak to an address. */
	@ParameterizedTest
	@ValueSource(strings = { "http", "https" })
	void whatTheUrlSaysCountsMoreThanATag(String scheme) throws UnreadableException {
		Map<String, String> tags = InstanceUrl.require(scheme + "://h:80")
			.instance("a", 0, new HashMap<>(Map.of(Instance.SCHEME, "grpcs", Instance.SECURE, "true")))
			.tags();
		assertThat(tags).isEqualTo(scheme.equals("https") ? Map.of(Instance.SECURE, "true") : Map.of());
	}

	@ParameterizedTest
	@CsvSource({ "'', false, http", "http, false, http", "http, true, https", "'', true, https", "https, false, https",
			"https, true, https", "GRPC, false, grpc", "grpc, true, grpcs", "thrift, true, thrift" })
	void writesTheSchemeOfTheTags(String scheme, boolean secure, String written) {
		Instance instance = Instance.of("a", "h", 80)
			.withTag(Instance.SCHEME, scheme)
			.withTag(Instance.SECURE, Boolean.toString(secure));
		assertThat(InstanceUrl.scheme(instance)).isEqualTo(written);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "1a", "a:", "http://", "\u0130" })
	void refusesToWriteWhatGoWouldNotRead(String scheme) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> InstanceUrl.scheme(Instance.of("a", "h", 80).withTag(Instance.SCHEME, scheme)))
			.withMessageContaining("tag 'scheme'");
	}

	@ParameterizedTest
	@ValueSource(strings = { " h:80", "h:80\n", "\t\r\n h:80 \u000b\f", "h:80" })
	void whiteSpaceAroundTextIsDropped(String text) throws UnreadableException {
		assertThat(InstanceUrl.text(Bytes.utf8(text))).isEqualTo("h:80");
	}

	@Test
	void noOtherSpaceIs() throws UnreadableException {
		assertThat(InstanceUrl.text(Bytes.utf8("\u00a0h:80\u2003"))).isEqualTo("\u00a0h:80\u2003");
	}

	@Test
	void textThatIsNotUtf8OrTooLongIsNotRead() {
		assertThatExceptionOfType(UnreadableException.class)
			.isThrownBy(() -> InstanceUrl.text(Bytes.of(new byte[] { 'h', -1 })))
			.matches((ex) -> ex.reason() == Reason.ENCODING);
		assertThatExceptionOfType(UnreadableException.class)
			.isThrownBy(() -> InstanceUrl.require("http://h/" + "x".repeat(1024)).instance("a", 0, new HashMap<>()))
			.matches((ex) -> ex.reason() == Reason.TOO_LARGE);
	}

}
