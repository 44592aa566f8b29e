package io.github.etcddiscovery.address;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HostPortTests {

	@ParameterizedTest
	@CsvSource({ "10.0.0.5:8888, 10.0.0.5, 8888", "0.0.0.0:1, 0.0.0.0, 1",
			"255.255.255.255:65535, 255.255.255.255, 65535", "[::1]:80, ::1, 80", "::1:80, ::1, 80",
			"[2001:db8::1]:80, 2001:db8::1, 80", "2001:db8::1:8888, 2001:db8::1, 8888",
			"[fe80::1%eth0]:80, fe80::1%eth0, 80", "fe80::1%eth0:80, fe80::1%eth0, 80", "[::]:80, ::, 80",
			"[::ffff:10.0.0.5]:80, ::ffff:10.0.0.5, 80", "[1:2:3:4:5:6:7:8]:80, 1:2:3:4:5:6:7:8, 80",
			"[1::]:80, 1::, 80", "[1:2:3:4:5:6:7::]:80, 1:2:3:4:5:6:7::, 80",
			"[64:ff9b::192.0.2.33]:80, 64:ff9b::192.0.2.33, 80", "[ABCD::ef01]:80, ABCD::ef01, 80", "h:1, h, 1",
			"localhost:80, localhost, 80", "svc-1.local:80, svc-1.local, 80", "a.b.c.:80, a.b.c., 80",
			"3f2a9c1b7d4e:80, 3f2a9c1b7d4e, 80", "xn--4gbrim.example:80, xn--4gbrim.example, 80", "1a.b2:80, 1a.b2, 80",
			"h:00080, h, 80" })
	void readsHostAndPort(String text, String host, int port) {
		HostPort address = HostPort.parse(text);
		assertThat(address).isEqualTo(new HostPort(host, port));
		assertThat(HostPort.parse(address.toString())).isEqualTo(address);
		URI uri = URI.create("http://" + address + "/x");
		assertThat(uri.getHost()).isEqualTo((host.indexOf(':') >= 0) ? "[" + host + "]" : host);
		assertThat(uri.getPort()).isEqualTo(port);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ":", ":80", "h", "h:", "h:0", "h:65536", "h:-1", "h:+1", "h:1 ", " h:1", "h: 1",
			"h:abc", "h:1e2", "h:000080", "h:\u0661", "h:80/x", "h:80?x", "h:80#x", "http://h:80", "//h:80", "u@h:80",
			"u:p@h:80", "evil:80/path@h:80", "h#:80", "h%2e:80", "h%:80", "a b:80", "a\tb:80", "a\u0000b:80", "a_b:80",
			"-a:80", "a-:80", "a..b:80", ".a:80", ".:80", "a.-b:80", "\u652f\u4ed8:80", "\u0430pple.com:80",
			"0x7f000001:80", "0x:80", "0X7F:80", "2130706433:80", "127.1:80", "127.0.1:80", "1.2.3.4.5:80",
			"1.2.3.4.:80", "01.2.3.4:80", "010.0.0.1:80", "256.1.1.1:80", "1.2.3.-4:80", "1.2.3.0x4:80", "a.1:80",
			"a.0x1:80", "[1.2.3.4]:80", "[h]:80", "[]:80", "[::1]", "[::1]80", "[::1:80", "::1]:80", "[[::1]]:80",
			"[::1]%eth0:80", "[::1%]:80", "[::1%e-0]:80", "[::1%e/h]:80", "[::1%25]x:80", "::1", "1::2::3:80",
			"[1:::2]:80", "[:1]:80", "[1:2:3:4:5:6:7]:80", "[1:2:3:4:5:6:7:8:9]:80", "[1:2:3:4::5:6:7:8]:80",
			"[12345::]:80", "[g::]:80", "[::1.2.3]:80", "[1.2.3.4::]:80", "[::01.2.3.4]:80", "1.2.3.4%eth0:80",
			"h,i:80", "/run/echo.sock", "/run:80" })
	void refusesEverythingElse(String text) {
		assertThat(HostPort.parse(text)).isNull();
	}

	@Test
	void refusesNamesThatAreTooLong() {
		String label = "a".repeat(63);
		String name = label + "." + label + "." + label + "." + "a".repeat(61);
		assertThat(HostPort.isHost(name)).isTrue();
		assertThat(HostPort.isHost(name + ".")).isTrue();
		assertThat(HostPort.isHost(name + "a")).isFalse();
		assertThat(HostPort.isHost("a" + label)).isFalse();
	}

	@Test
	void constructorSaysWhatItExpected() {
		assertThatIllegalArgumentException().isThrownBy(() -> new HostPort("a_b", 80))
			.withMessageContaining("'a_b'")
			.withMessageContaining("DNS name");
		assertThatIllegalArgumentException().isThrownBy(() -> new HostPort("h", 65536))
			.withMessage("port: 65536 (expected: 1 to 65535)");
		assertThatIllegalArgumentException().isThrownBy(() -> new HostPort("[::1]", 80))
			.withMessageContaining("'[::1]'");
	}

	@ParameterizedTest
	@CsvSource({ "0.0.0.0, true", "::, true", "0:0:0:0:0:0:0:0, true", "::ffff:0.0.0.0, true", "::%eth0, true",
			"0.0.0.1, false", "::1, false", "h, false" })
	void knowsTheUnspecifiedAddresses(String host, boolean unspecified) {
		assertThat(new HostPort(host, 80).isUnspecified()).isEqualTo(unspecified);
	}

	@ParameterizedTest
	@CsvSource({ "10.0.0.5, 10.0.0.5", "Svc-1.Local, svc-1.local", "0:0:0:0:0:0:0:1, ::1", "0:0:0:0:0:0:0:0, ::",
			"2001:DB8:0:0:0:0:0:1, 2001:db8::1", "2001:0db8::0001, 2001:db8::1", "1:0:0:2:0:0:0:3, 1:0:0:2::3",
			"1:0:0:2:3:0:0:4, 1::2:3:0:0:4", "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7", "1::3:4:5:6:7:8, 1:0:3:4:5:6:7:8",
			"1:0:0:0:0:0:0:0, 1::", "::ffff:10.0.0.5, 10.0.0.5", "::FFFF:a00:5, 10.0.0.5",
			"64:ff9b::192.0.2.33, 64:ff9b::c000:221", "FE80:0::1%eth0, fe80::1%eth0" })
	void everySpellingOfAHostHasOneCanonicalForm(String host, String canonical) {
		assertThat(HostPort.canonicalHost(host)).isEqualTo(canonical);
		assertThat(HostPort.canonicalHost(canonical)).isEqualTo(canonical);
	}

	/** Go's listeners print it so, and what the JDK prints would be another key. */
	@ParameterizedTest
	@CsvSource({ "10.0.0.5, 10.0.0.5", "::1, ::1", "2001:db8::1, 2001:db8::1", "::1%1, ::1", "fe80::1%1, fe80::1%1" })
	void anAddressOfTheMachineIsWrittenAsGoWritesIt(String address, String host) throws UnknownHostException {
		assertThat(HostPort.host(InetAddress.getByName(address))).isEqualTo(host);
	}

}
