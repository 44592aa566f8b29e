package io.github.etcddiscovery.address;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What Kitex's {@code registry-etcd} v0.2.6 and Hertz get wrong about addresses, by the
 * numbers that docs/parity.md gives these defects, and what happens here instead.
 */
class KitexAddressDefectTests {

	private final Map<String, String> environment = new HashMap<>();

	@Test
	void d24WritesIpv6InBrackets() {
		assertThat(decide("fe80::1")).hasToString("[fe80::1]:8888");
	}

	@ParameterizedTest
	@CsvSource({ "::1:8888, ::1, 8888", "fe80::1%eth0:8888, fe80::1%eth0, 8888", "[::1]:8888, ::1, 8888" })
	void d24ReadsIpv6WithAndWithoutBrackets(String text, String host, int port) {
		assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "::", "[::]", "" })
	void d25AnAddressThatStandsForAllIsNeverRegistered(String bound) {
		assertThat(decide(bound)).hasToString("192.0.2.1:8888");
	}

	@Test
	void d25AVariableCannotMakeItRegisteredEither() {
		this.environment.put("KITEX_IP_TO_REGISTRY", "0.0.0.0");
		assertThatIllegalArgumentException().isThrownBy(() -> decide("10.0.0.5"))
			.withMessageContaining("KITEX_IP_TO_REGISTRY");
	}

	@Test
	void d27WhatIsConfiguredForOneProcessWinsOverTheVariablesOfTheMachine() {
		this.environment.put("KITEX_IP_TO_REGISTRY", "10.0.0.1");
		this.environment.put("KITEX_PORT_TO_REGISTRY", "1111");
		assertThat(decide(new AdvertisedAddress("10.0.0.2", 2222), "KITEX", "10.0.0.3")).hasToString("10.0.0.2:2222");
	}

	@Test
	void hertzBracketsThatTheOperatorGaveAreNotDoubled() {
		this.environment.put("HERTZ_IP_TO_REGISTRY", "[2001:db8::1]");
		assertThat(decide(AdvertisedAddress.UNSET, "HERTZ", "10.0.0.3")).hasToString("[2001:db8::1]:8888");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http", "0", "65536", "-1", "+8" })
	void hertzAPortThatIsNoneIsRefused(String port) {
		this.environment.put("HERTZ_PORT_TO_REGISTRY", port);
		assertThatIllegalArgumentException().isThrownBy(() -> decide(AdvertisedAddress.UNSET, "HERTZ", "10.0.0.3"))
			.withMessageContainingAll("HERTZ_PORT_TO_REGISTRY", "'" + port + "'", "1 to 65535");
	}

	private HostPort decide(String bound) {
		return decide(AdvertisedAddress.UNSET, "KITEX", bound);
	}

	private HostPort decide(AdvertisedAddress configured, String variables, String bound) {
		return AdvertisedAddress.decide(configured, new RegistryVariables(variables, this.environment::get),
				new AdvertisedAddress(bound, 8888), () -> "192.0.2.1");
	}

}
