package io.github.etcddiscovery.address;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RegistryVariablesTests {

	private static final Duration DEFAULT = Duration.ofSeconds(15);

	private final Logger logger = (Logger) LoggerFactory.getLogger(RegistryVariables.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.log.start();
		this.logger.addAppender(this.log);
		this.logger.setAdditive(false);
		this.logger.setLevel(Level.WARN);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.log);
		this.logger.setAdditive(true);
		this.logger.setLevel(null);
	}

	private static RegistryVariables with(String name, String value) {
		return new RegistryVariables("KITEX", Map.of(name, value)::get);
	}

	private Duration ttl(String value) {
		return with("KITEX_ETCD_REGISTRY_LEASE_TTL", value).leaseTtl(DEFAULT);
	}

	private List<String> warnings() {
		return this.log.list.stream()
			.filter((event) -> event.getLevel() == Level.WARN)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	@Test
	void saysNothingWhereNothingIsSet() {
		assertThat(new RegistryVariables("KITEX", (name) -> null).address()).isEqualTo(AdvertisedAddress.UNSET);
		assertThat(new RegistryVariables("KITEX", (name) -> "").address()).isEqualTo(AdvertisedAddress.UNSET);
		assertThat(new RegistryVariables("KITEX", (name) -> "").leaseTtl(DEFAULT)).isEqualTo(DEFAULT);
		assertThat(warnings()).isEmpty();
	}

	@Test
	void namesBeginWithThePrefix() {
		Map<String, String> environment = Map.of("HERTZ_IP_TO_REGISTRY", "10.0.0.5", "HERTZ_PORT_TO_REGISTRY", "80",
				"HERTZ_ETCD_REGISTRY_LEASE_TTL", "30", "KITEX_IP_TO_REGISTRY", "10.0.0.6");
		RegistryVariables hertz = new RegistryVariables("HERTZ", environment::get);
		assertThat(hertz.address()).isEqualTo(new AdvertisedAddress("10.0.0.5", 80));
		assertThat(hertz.leaseTtl(DEFAULT)).isEqualTo(Duration.ofSeconds(30));
		assertThat(new RegistryVariables("KITEX", environment::get).address())
			.isEqualTo(new AdvertisedAddress("10.0.0.6", null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "::", "[::]", "a_b", "10.0.0.5:80", "http://h", " ", "256.0.0.1", "[h]", "*" })
	void hostThatCannotBeRegisteredIsNamed(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> with("KITEX_IP_TO_REGISTRY", value).address())
			.withMessageContaining("KITEX_IP_TO_REGISTRY")
			.withMessageContaining("'" + value + "'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "65536", "-1", "+80", "http", "80 ", "8.0", "0x50" })
	void portThatCannotBeRegisteredIsNamed(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> with("KITEX_PORT_TO_REGISTRY", value).address())
			.withMessageContaining("KITEX_PORT_TO_REGISTRY")
			.withMessageContaining("'" + value + "'");
	}

	@Test
	void portIsANumber() {
		assertThat(with("KITEX_PORT_TO_REGISTRY", "08888").address()).isEqualTo(new AdvertisedAddress(null, 8888));
	}

	@ParameterizedTest
	@CsvSource({ "2, 2", "60, 60", "+60, 60", "060, 60", "300, 300" })
	void ttlIsInSeconds(String value, long seconds) {
		assertThat(ttl(value)).isEqualTo(Duration.ofSeconds(seconds));
		assertThat(warnings()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "1, 2", "0, 2", "-5, 2", "301, 300", "99999999999999999999, 300" })
	void ttlOutOfBoundsBecomesTheNearestBound(String value, long seconds) {
		assertThat(ttl(value)).isEqualTo(Duration.ofSeconds(seconds));
		assertThat(warnings()).singleElement()
			.asString()
			.contains("KITEX_ETCD_REGISTRY_LEASE_TTL", "'" + value + "'", "is " + seconds + " s");
	}

	@ParameterizedTest
	@ValueSource(strings = { "15s", "1e2", " 60", "-", "1.5" })
	void ttlThatIsNoNumberBecomesTheDefault(String value) {
		assertThat(ttl(value)).isEqualTo(DEFAULT);
		assertThat(warnings()).singleElement()
			.asString()
			.contains("KITEX_ETCD_REGISTRY_LEASE_TTL", "'" + value + "'", "is 15 s");
	}

	@Test
	void valuesReachTheLogEscaped() {
		assertThat(ttl("1\n2")).isEqualTo(DEFAULT);
		assertThat(warnings()).singleElement().asString().contains("1\\x0a2").doesNotContain("\n");
	}

}
