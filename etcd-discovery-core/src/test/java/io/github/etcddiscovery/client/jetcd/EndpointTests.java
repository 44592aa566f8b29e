package io.github.etcddiscovery.client.jetcd;

import java.util.List;

import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.TlsManagers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class EndpointTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			localhost:2379,               false, http://localhost:2379
			localhost:2379,               true,  https://localhost:2379
			http://localhost:2379,        false, http://localhost:2379
			HTTP://localhost:2379,        false, http://localhost:2379
			https://localhost:2379,       false, https://localhost:2379
			https://localhost:2379,       true,  https://localhost:2379
			https://localhost:2379/,      true,  https://localhost:2379
			' localhost:2379 ',           false, http://localhost:2379
			10.0.0.5:1,                   false, http://10.0.0.5:1
			etcd-0.etcd.default.svc:2379, false, http://etcd-0.etcd.default.svc:2379
			etcd.example.com.:2379,       false, http://etcd.example.com.:2379
			1password.example:2379,       false, http://1password.example:2379
			[::1]:2379,                   false, http://[::1]:2379
			'http://[2001:db8::1]:65535', false, 'http://[2001:db8::1]:65535'
			https://[::ffff:10.0.0.5]:80, false, https://[::ffff:10.0.0.5]:80
			""")
	void rightEndpointIsTaken(String text, boolean tlsConfigured, String expected) {
		assertThat(Endpoint.parseAll(List.of(text), tlsConfigured)).map(Endpoint::toString).containsExactly(expected);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			'',                              no host
			:2379,                           no host
			http://,                         no host
			localhost,                       no port
			http://localhost,                no port
			localhost:,                      valid port
			localhost:0,                     valid port
			localhost:65536,                 valid port
			localhost:99999999999,           valid port
			localhost:-1,                    valid port
			localhost:2379x,                 valid port
			ftp://localhost:2379,            unknown scheme
			unix:///run/etcd.sock,           unknown scheme
			://localhost:2379,               unknown scheme
			http://localhost:2379/v3,        path or query
			http://localhost:2379?a=b,       path or query
			http://localhost:2379#a,         path or query
			http://a@localhost:2379,         user name
			'localhost:2379,localhost:2380', not host:port
			my_etcd:2379,                    '_'
			-etcd:2379,                      neither a host name nor
			etcd..example:2379,              neither a host name nor
			etcd example:2379,               neither a host name nor
			10.0.0.256:2379,                 neither a host name nor
			10.0.5:2379,                     neither a host name nor
			1:2379,                          neither a host name nor
			0x7f000001.1:2379,               neither a host name nor
			::1:2379,                        brackets
			2001:db8::1,                     brackets
			[::1],                           no port
			[::1:2379,                       not host:port
			[,                               not host:port
			[::g]:2379,                      no IPv6 address
			[1:2]:2379,                      no IPv6 address
			[10.0.0.5]:2379,                 no IPv6 address
			[fe80::1%eth0]:2379,             no IPv6 address
			[::1]x:2379,                     not host:port
			""")
	void wrongEndpointIsRefusedByNameAndReason(String text, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parseAll(List.of(text), false))
			.withMessageContaining("endpoint '" + text.replaceFirst("a@", "***@") + "'")
			.withMessageContaining(reason);
	}

	@Test
	void plaintextIsRefusedWhereTlsIsConfigured() {
		assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parseAll(List.of("http://localhost:2379"), true))
			.withMessageContaining("'http://localhost:2379' says http, but TLS is configured");
	}

	@ParameterizedTest
	@CsvSource({ "https://a:1, http://b:2", "https://a:1, b:2" })
	void mixOfPlaintextAndTlsIsRefused(String one, String other) {
		assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parseAll(List.of(one, other), false))
			.withMessageContaining("https://a:1, http://b:2")
			.withMessageContaining("mix http and https");
	}

	@Test
	void endpointWithoutSchemeGoesWithHttpsWhereTlsIsConfigured() {
		assertThat(Endpoint.parseAll(List.of("https://a:1", "b:2"), true)).allMatch(Endpoint::tls);
	}

	@Test
	void emptyListIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parseAll(List.of(), false))
			.withMessageContaining("endpoints: none given");
	}

	@Test
	void repeatedEndpointCountsOnce() {
		assertThat(Endpoint.parseAll(List.of("a:1", "http://a:1"), false)).hasSize(1);
	}

	@Test
	void passwordInAnEndpointIsNotRepeated() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Endpoint.parseAll(List.of("http://root:s3cret@localhost:2379"), false))
			.withMessageContaining("http://***@localhost:2379")
			.withMessageNotContaining("s3cret");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Endpoint.parseAll(List.of("root:s3cret@localhost:2379"), false))
			.withMessageNotContaining("s3cret");
	}

	@Test
	void controlCharactersAreEscapedInMessages() {
		assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parseAll(List.of("a\nb:\u001b[31m"), false))
			.withMessageContaining("a\\x0ab:\\x1b[31m");
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd.example", "etcd.example:2379", "10.0.0.5", "[::1]", "[::1]:2379" })
	void rightAuthorityIsTaken(String authority) {
		assertThat(EtcdClientSettings.of("a:1").withAuthority(authority).authority()).isEqualTo(authority);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "not an authority", "https://etcd.example", "etcd.example/", "a@etcd.example",
			"etcd.example:0", "::1", "my_etcd" })
	void wrongAuthorityIsRefused(String authority) {
		assertThatIllegalArgumentException().isThrownBy(() -> EtcdClientSettings.of("a:1").withAuthority(authority))
			.withMessageStartingWith("authority '" + authority + "' ");
	}

	@Test
	void settingsCheckTheirEndpoints() {
		assertThatIllegalArgumentException().isThrownBy(() -> EtcdClientSettings.of("nonsense"))
			.withMessageContaining("nonsense");
		EtcdClientSettings plaintext = EtcdClientSettings.of("http://localhost:2379");
		assertThatIllegalArgumentException().isThrownBy(() -> plaintext.withTls(() -> TlsManagers.JVM_DEFAULT));
		assertThatNoException()
			.isThrownBy(() -> EtcdClientSettings.of("localhost:2379").withTls(() -> TlsManagers.JVM_DEFAULT));
	}

}
