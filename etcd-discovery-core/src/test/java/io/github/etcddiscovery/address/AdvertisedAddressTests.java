package io.github.etcddiscovery.address;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AdvertisedAddressTests {

	private static final AdvertisedAddress BOUND = new AdvertisedAddress("10.0.0.3", 8003);

	private static HostPort decide(AdvertisedAddress configured, Map<String, String> environment,
			AdvertisedAddress bound) {
		return AdvertisedAddress.decide(configured, new RegistryVariables("KITEX", environment::get), bound,
				() -> "10.0.0.4");
	}

	@Test
	void configurationComesFirst() {
		assertThat(decide(new AdvertisedAddress("10.0.0.1", 8001),
				Map.of("KITEX_IP_TO_REGISTRY", "10.0.0.2", "KITEX_PORT_TO_REGISTRY", "8002"), BOUND))
			.hasToString("10.0.0.1:8001");
	}

	@Test
	void environmentComesBeforeTheBoundAddress() {
		assertThat(decide(AdvertisedAddress.UNSET,
				Map.of("KITEX_IP_TO_REGISTRY", "10.0.0.2", "KITEX_PORT_TO_REGISTRY", "8002"), BOUND))
			.hasToString("10.0.0.2:8002");
	}

	@Test
	void boundAddressComesBeforeTheMachine() {
		assertThat(decide(AdvertisedAddress.UNSET, Map.of(), BOUND)).hasToString("10.0.0.3:8003");
	}

	@Test
	void hostAndPortAreDecidedOneByOne() {
		assertThat(decide(new AdvertisedAddress("10.0.0.1", null), Map.of("KITEX_PORT_TO_REGISTRY", "8002"), BOUND))
			.hasToString("10.0.0.1:8002");
		assertThat(decide(new AdvertisedAddress(null, 8001), Map.of("KITEX_IP_TO_REGISTRY", "10.0.0.2"), BOUND))
			.hasToString("10.0.0.2:8001");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "*", "0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0", "::ffff:0.0.0.0" })
	void serverBoundToAllAddressesIsFoundAtTheMachines(String wildcard) {
		assertThat(decide(AdvertisedAddress.UNSET, Map.of(), new AdvertisedAddress(wildcard, 8003)))
			.hasToString("10.0.0.4:8003");
	}

	@Test
	void serverThatIsBoundToNoKnownHostIsFoundAtTheMachines() {
		assertThat(decide(AdvertisedAddress.UNSET, Map.of(), new AdvertisedAddress(null, 8003)))
			.hasToString("10.0.0.4:8003");
	}

	@Test
	void machineIsAskedOnlyWhenNothingElseIsKnown() {
		HostPort address = AdvertisedAddress.decide(AdvertisedAddress.UNSET,
				new RegistryVariables("KITEX", (name) -> null), BOUND, () -> {
					throw new AssertionError("asked");
				});
		assertThat(address).hasToString("10.0.0.3:8003");
	}

	@ParameterizedTest
	@CsvSource({ "::1, ::1", "[::1], ::1", "[2001:db8::1], 2001:db8::1", "[fe80::1%eth0], fe80::1%eth0",
			"echo-0.svc.local, echo-0.svc.local" })
	void bracketsAreNeverDoubled(String given, String host) {
		HostPort expected = new HostPort(host, 8003);
		assertThat(decide(new AdvertisedAddress(given, null), Map.of(), BOUND)).isEqualTo(expected);
		assertThat(decide(AdvertisedAddress.UNSET, Map.of("KITEX_IP_TO_REGISTRY", given), BOUND)).isEqualTo(expected);
		assertThat(decide(AdvertisedAddress.UNSET, Map.of(), new AdvertisedAddress(given, 8003))).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "::", "a_b", "http://h", "10.0.0.5:80", " 10.0.0.5", "[10.0.0.5]", "127.1" })
	void configuredHostThatIsNoneIsNamed(String host) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> decide(new AdvertisedAddress(host, null), Map.of(), BOUND))
			.withMessageContaining("'" + host + "'");
	}

	@Test
	void configuredPortThatIsNoneIsNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> decide(new AdvertisedAddress(null, 0), Map.of(), BOUND))
			.withMessageContaining("port: 0");
	}

	@Test
	void noPortAtAllIsSaid() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> decide(AdvertisedAddress.UNSET, Map.of(), AdvertisedAddress.UNSET))
			.withMessageContaining("KITEX_PORT_TO_REGISTRY");
	}

}
