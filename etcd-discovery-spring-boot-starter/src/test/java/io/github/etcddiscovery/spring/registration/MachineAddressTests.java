package io.github.etcddiscovery.spring.registration;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

import io.github.etcddiscovery.spring.registration.MachineAddress.Interface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What is registered where nothing is configured or bound. */
class MachineAddressTests {

	private static final String LOOPBACK = "127.0.0.1";

	private final MockEnvironment environment = new MockEnvironment();

	private final List<Interface> dual = List.of(
			face("eth1", 3, "192.168.0.5", "fe80::2", "2001:db8::3", "2001:db8::4"), face("lo", 1, "127.0.0.1", "::1"),
			face("eth0", 2, "10.0.0.5", "fe80::1", "fec0::1", "fd00::2"));

	@Test
	void theFirstIpv4AddressByTheRulesOfSpringWins() {
		assertThat(machine("10.0.0.5", this.dual).find(false)).isEqualTo("10.0.0.5");
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "127.0.1.1", "::1", "fe80::1", "fec0::1", "0.0.0.0" })
	void whereThereIsNoneItIsTheFirstGlobalOrUniqueLocalIpv6Address(String first) {
		assertThat(machine(first, this.dual).find(false)).isEqualTo("fd00::2");
	}

	@ParameterizedTest
	@CsvSource({ "ignored-interfaces, eth0, 2001:db8::3", "ignored-interfaces, eth.*, none",
			"preferred-networks, 2001:db8, 2001:db8::3", "preferred-networks, 2001:.*:4, 2001:db8::4",
			"preferred-networks, fd00::, fd00::2", "preferred-networks, 10.9, none",
			"use-only-site-local-interfaces, true, fd00::2" })
	void theRulesOfSpringCountForIpv6Too(String rule, String value, String expected) {
		this.environment.setProperty("spring.cloud.inetutils." + rule, value);
		MachineAddress machine = machine(LOOPBACK, this.dual);
		if (expected.equals("none")) {
			assertThatExceptionOfType(NoAddressException.class).isThrownBy(() -> machine.find(false));
		}
		else {
			assertThat(machine.find(false)).isEqualTo(expected);
		}
	}

	@Test
	void onlyAUniqueLocalAddressIsSiteLocal() {
		this.environment.setProperty("spring.cloud.inetutils.use-only-site-local-interfaces", "true");
		MachineAddress machine = machine(LOOPBACK, List.of(face("eth0", 2, "2001:db8::3")));
		assertThatExceptionOfType(NoAddressException.class).isThrownBy(() -> machine.find(false));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void loopbackIsNeverFoundAndTheProblemNamesWhatToSet(boolean name) {
		this.environment.setProperty("spring.cloud.inetutils.preferred-networks", "10.9");
		MachineAddress machine = machine(LOOPBACK, List.of(face("lo", 1, LOOPBACK, "::1", "fe80::1")));
		assertThatExceptionOfType(NoAddressException.class).isThrownBy(() -> machine.find(name))
			.withMessageContainingAll("etcd.discovery.registration.ip-address", "(lo 127.0.0.1, lo ::1, lo fe80::1)",
					"spring.cloud.inetutils.preferred-networks is [10.9]");
	}

	/** InetUtils says so where a name cannot be found in time. */
	@Test
	void norIsTheNameLocalhost() {
		MachineAddress machine = machine("10.0.0.5", this.dual);
		assertThatExceptionOfType(NoAddressException.class).isThrownBy(() -> machine.find(true));
	}

	@Test
	void theInterfacesOfThisMachineCanBeAsked() {
		assertThat(Interface.all()).flatExtracting(Interface::addresses).contains(address(LOOPBACK));
	}

	private MachineAddress machine(String first, List<Interface> interfaces) {
		InetUtils network = new InetUtils(new InetUtilsProperties()) {
			@Override
			public InetAddress findFirstNonLoopbackAddress() {
				return address(first);
			}

			@Override
			public HostInfo convertAddress(InetAddress address) {
				return new HostInfo("localhost");
			}
		};
		return new MachineAddress(network, this.environment, () -> interfaces);
	}

	private static Interface face(String name, int index, String... addresses) {
		return new Interface(name, index, Stream.of(addresses).map(MachineAddressTests::address).toList());
	}

	private static InetAddress address(String text) {
		try {
			return InetAddress.getByName(text);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

}
