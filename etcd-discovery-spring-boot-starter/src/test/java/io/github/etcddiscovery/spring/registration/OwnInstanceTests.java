package io.github.etcddiscovery.spring.registration;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Order of the sources of an address: property, variable, server, machine. */
class OwnInstanceTests {

	private final OwnApplication application = new OwnApplication();

	private final ServerPorts ports = this.application.ports;

	@Test
	void thereIsNoInstanceWithoutPort() {
		assertThat(describe()).isNull();
		this.ports.applicationListens(-1);
		assertThat(describe()).isNull();
	}

	@Test
	void thePortIsThatOfTheWebServer() {
		this.ports.applicationListens(8081);
		assertThat(describe().port()).isEqualTo(8081);
	}

	@Test
	void aVariableWinsOverTheServer() {
		this.ports.applicationListens(8081);
		set("server.address", "10.0.0.1").set("KITEX_PORT_TO_REGISTRY", "8082").set("KITEX_IP_TO_REGISTRY", "10.0.0.2");
		assertThat(describe().address()).isEqualTo("10.0.0.2:8082");
	}

	@Test
	void aPropertyWinsOverAVariable() {
		set("etcd.discovery.registration.port", "8083").set("etcd.discovery.registration.ip-address", "10.0.0.3")
			.set("KITEX_PORT_TO_REGISTRY", "8082")
			.set("KITEX_IP_TO_REGISTRY", "10.0.0.2");
		assertThat(describe().address()).isEqualTo("10.0.0.3:8083");
	}

	@Test
	void theAddressThatTheServerIsBoundToIsRegistered() {
		this.ports.applicationListens(8081);
		set("server.address", "10.0.0.1");
		assertThat(describe().host()).isEqualTo("10.0.0.1");
	}

	/** The key of a Go process at the same address, or of our predecessor there. */
	@ParameterizedTest
	@CsvSource({ "::1, [::1]:8081", "2001:DB8:0:0:0:0:0:1, [2001:db8::1]:8081" })
	void anIpv6AddressThatTheServerIsBoundToIsWrittenAsGoWritesIt(String bound, String address) {
		this.ports.applicationListens(8081);
		set("server.address", bound);
		assertThat(describe().address()).isEqualTo(address);
	}

	@Test
	void anIpv6AddressOfTheMachineIsWrittenAsGoWritesIt() throws UnknownHostException {
		this.ports.applicationListens(8081);
		InetAddress address = InetAddress.getByName("2001:db8::1");
		InetUtils network = new InetUtils(new InetUtilsProperties()) {
			@Override
			public InetAddress findFirstNonLoopbackAddress() {
				return address;
			}
		};
		assertThat(this.application.describe(network, Layout.kitex()).address()).isEqualTo("[2001:db8::1]:8081");
	}

	@ParameterizedTest
	@CsvSource({ "0.0.0.0", "::" })
	void aServerOnAllAddressesIsRegisteredUnderThatOfTheMachine(String bound) {
		this.ports.applicationListens(8081);
		set("server.address", bound);
		assertThat(describe().host()).isEqualTo(machine().getIpAddress());
	}

	@Test
	void theHostNameIsRegisteredWhereItIsPreferred() {
		this.ports.applicationListens(8081);
		set("etcd.discovery.registration.prefer-hostname", "true")
			.set("etcd.discovery.registration.hostname", "echo.example.org")
			.set("etcd.discovery.registration.ip-address", "10.0.0.3");
		assertThat(describe().host()).isEqualTo("echo.example.org");
	}

	@Test
	void theAddressIsRegisteredWhereTheHostNameIsNotPreferred() {
		this.ports.applicationListens(8081);
		set("etcd.discovery.registration.hostname", "echo.example.org").set("etcd.discovery.registration.ip-address",
				"10.0.0.3");
		assertThat(describe().host()).isEqualTo("10.0.0.3");
	}

	@Test
	void aHostNameAloneIsRegistered() {
		this.ports.applicationListens(8081);
		set("etcd.discovery.registration.hostname", "echo.example.org");
		assertThat(describe().host()).isEqualTo("echo.example.org");
	}

	@ParameterizedTest
	@CsvSource({ "2001:db8::1, [2001:db8::1]:8083", "[2001:db8::1], [2001:db8::1]:8083",
			"2001:DB8:0::1, [2001:DB8:0::1]:8083" })
	void ipv6IsTakenAsItIsConfiguredWithAndWithoutBrackets(String configured, String address) {
		set("etcd.discovery.registration.port", "8083").set("etcd.discovery.registration.ip-address", configured);
		assertThat(describe().address()).isEqualTo(address);
	}

	@Test
	void tagsAreWhatIsConfigured() {
		this.ports.applicationListens(8081);
		set("etcd.discovery.registration.zone", "a").set("etcd.discovery.registration.instance-id", "blue")
			.set("etcd.discovery.registration.metadata.version", "v1")
			.set("etcd.discovery.registration.metadata.zone", "not this one");
		assertThat(describe().tags()).isEqualTo(Map.of("zone", "a", "instance-id", "blue", "version", "v1"));
	}

	@Test
	void thereAreNoTagsWhereNothingIsConfigured() {
		this.ports.applicationListens(8081);
		assertThat(describe().tags()).isEmpty();
	}

	/** {@code zone: ${ZONE:}} is how a zone is left to the environment. */
	@ParameterizedTest
	@ValueSource(strings = { "", " " })
	void anEmptyZoneIsNone(String zone) {
		this.ports.applicationListens(8081);
		set("etcd.discovery.registration.zone", zone);
		assertThat(describe().tags()).isEmpty();
	}

	@Test
	void anAddressOfTheMachineThatHasChangedIsFollowedAtTheNextStart() {
		this.ports.applicationListens(8081);
		OwnInstance own = this.application.own(new Machine("here", "10.0.0.1", "10.0.0.2"), Layout.kitex());
		assertThat(own.describe("echo").host()).isEqualTo("10.0.0.1");
		assertThat(own.describe("echo").host()).isEqualTo("10.0.0.2");
	}

	@ParameterizedTest
	@CsvSource({ "server.ssl.bundle, web, true", "server.ssl.enabled, true, true", "server.ssl.enabled, false, false",
			"server.port, 8443, false", "etcd.discovery.registration.secure, true, true" })
	void tlsOfTheServerMakesTheInstanceSecure(String property, String value, boolean secure) {
		this.ports.applicationListens(8443);
		set(property, value);
		assertThat(describe().secure()).isEqualTo(secure);
	}

	@Test
	void whatIsConfiguredWinsOverTlsOfTheServer() {
		this.ports.applicationListens(8443);
		set("server.ssl.bundle", "web").set("etcd.discovery.registration.secure", "false");
		assertThat(describe().secure()).isFalse();
	}

	@Test
	void theManagementServerIsInTheTagsWithItsWholePath() {
		this.ports.applicationListens(8081);
		this.ports.managementListens(9090);
		set("management.server.base-path", "/admin");
		assertThat(describe().tags())
			.isEqualTo(Map.of("management.port", "9090", "management.context-path", "/admin/actuator"));
	}

	@ParameterizedTest
	@CsvSource({ "etcd.discovery.registration.include-management",
			"spring.cloud.service-registry.auto-registration.register-management" })
	void theManagementServerIsLeftOutWhereItIsNotWanted(String property) {
		this.ports.applicationListens(8081);
		this.ports.managementListens(9090);
		set(property, "false");
		assertThat(describe().tags()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "true, etcd.discovery.registration.hostname", "false, etcd.discovery.registration.ip-address" })
	void anAddressThatWasFoundAndCannotBeRegisteredNamesWhatToSet(boolean prefersHostname, String property) {
		this.ports.applicationListens(8081);
		set("etcd.discovery.registration.prefer-hostname", String.valueOf(prefersHostname));
		assertThatExceptionOfType(InvalidEtcdPropertyException.class)
			.isThrownBy(() -> this.application.describe(new Machine("my_host", "some_where"), Layout.kitex()))
			.satisfies((ex) -> assertThat(ex.property()).isEqualTo(property))
			.withMessageContaining(prefersHostname ? "'my_host'" : "'some_where'");
	}

	private OwnApplication set(String property, String value) {
		return this.application.set(property, value);
	}

	private Instance describe() {
		return this.application.describe(Layout.kitex());
	}

	private static InetUtils.HostInfo machine() {
		return new InetUtils(new InetUtilsProperties()).findFirstNonLoopbackHostInfo();
	}

	/** A machine with a name and with another address each time it is asked. */
	private static final class Machine extends InetUtils {

		private final String name;

		private final Deque<String> addresses;

		Machine(String name, String... addresses) {
			super(new InetUtilsProperties());
			this.name = name;
			this.addresses = new ArrayDeque<>(List.of(addresses));
		}

		@Override
		public HostInfo findFirstNonLoopbackHostInfo() {
			HostInfo host = new HostInfo();
			host.setHostname(this.name);
			host.setIpAddress(this.addresses.pop());
			return host;
		}

		@Override
		public InetAddress findFirstNonLoopbackAddress() {
			return null;
		}

	}

}
