package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;

import static org.assertj.core.api.Assertions.assertThat;

/** What the log and the listeners are told. */
class ChangesTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(Outliers.class);

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	private final List<String> told = new ArrayList<>();

	private final Rig rig = new Rig(3);

	@BeforeEach
	void listen() {
		this.lines.start();
		this.logger.setLevel(ch.qos.logback.classic.Level.INFO);
		this.logger.setAdditive(false);
		this.logger.addAppender(this.lines);
		this.rig.outliers.onEjection((service, cause) -> this.told.add("ejected " + service + " " + cause));
		this.rig.outliers.onChange((service) -> this.told.add("changed " + service));
	}

	@AfterEach
	void stop() {
		this.logger.detachAppender(this.lines);
		this.logger.setAdditive(true);
		this.logger.setLevel(null);
	}

	private List<String> lines() {
		return this.lines.list.stream().map((event) -> event.getLevel() + " " + event.getFormattedMessage()).toList();
	}

	@Test
	void anEjectionIsAWarningWithServiceAddressAndCauseAndTheReturnALine() {
		this.rig.kill(1);
		this.rig.advance(Duration.ofMillis(2_500));
		this.rig.found.clear();
		this.rig.advanceSeconds(1);
		assertThat(lines()).containsExactly(
				"WARN Instance 10.0.0.5:1 of service echo is not called any more: it refused a connection, or did not "
						+ "accept one in time (ConnectException)",
				"INFO Instance 10.0.0.5:1 of service echo is called again, after 3000 ms");
	}

	@Test
	void theSameInstanceIsWarnedOfAtMostOnceInAMinute() {
		for (int second = 0; second < 59; second++) {
			this.rig.call(1, Outcome.UNREACHABLE);
			this.rig.outliers.giveBack("10.0.0.5:1");
			this.rig.advanceSeconds(1);
		}
		assertThat(lines()).filteredOn((line) -> line.startsWith("WARN")).hasSizeLessThanOrEqualTo(1);
		assertThat(lines()).hasSizeLessThanOrEqualTo(2);
	}

	@Test
	void whatAnOperatorDoesIsAlwaysLogged() {
		this.rig.kill(1);
		this.rig.outliers.eject("10.0.0.5:1");
		this.rig.outliers.giveBack("10.0.0.5:1");
		this.rig.outliers.eject("10.0.0.5:1");
		assertThat(lines()).extracting((line) -> line.replaceAll(".*echo is", ""))
			.containsExactly(
					" not called any more: it refused a connection, or did not accept one in time (ConnectException)",
					" not called any more: it was ejected by hand", " called again, after 0 ms",
					" not called any more: it was ejected by hand");
	}

	@Test
	void whoIsLeftOutNoMoreForHavingLeftIsSaidToHaveLeft() {
		this.rig.kill(1);
		this.rig.list(2, 3);
		this.rig.shown();
		this.rig.advanceSeconds(1);
		assertThat(lines()).last()
			.asString()
			.isEqualTo("INFO Instance 10.0.0.5:1 of service echo is not left out any more: it has left the registry");
	}

	@Test
	void everyServiceThatIsAskedForIsTold() {
		this.rig.advanceSeconds(2);
		List<String> services = new ArrayList<>();
		this.rig.outliers.onService(new ServiceListener() {

			@Override
			public void askedFor(String service) {
				services.add(service);
			}

			@Override
			public void forgotten(String service) {
				services.remove(service);
			}

		});
		this.rig.advanceSeconds(2);
		assertThat(services).as("though that was before").containsExactly("echo");
		this.rig.advance(Duration.ofMinutes(12));
		assertThat(services).as("nobody asks any more").isEmpty();
		this.rig.shown();
		this.rig.advanceSeconds(2);
		assertThat(services).containsExactly("echo");
	}

	@Test
	void theGaugeOfAServiceIsThereAsLongAsItIsAskedFor() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		new EjectionMeters(this.rig.outliers).bindTo(meters);
		this.rig.kill(1);
		assertThat(meters.get("etcd.discovery.ejected").tag("service", "echo").gauge().value()).isEqualTo(1);
		this.rig.advance(Duration.ofMinutes(12));
		assertThat(meters.find("etcd.discovery.ejected").gauges()).isEmpty();
		assertThat(meters.get("etcd.discovery.ejections").counters()).hasSize(1);
		this.rig.shown();
		this.rig.advanceSeconds(2);
		assertThat(meters.get("etcd.discovery.ejected").gauges()).hasSize(1);
	}

	/** As a filter of a registry makes one gauge of those of all services. */
	@Test
	void aGaugeThatServicesShareStaysUntilTheLastIsForgotten() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		meters.config().meterFilter(MeterFilter.ignoreTags("service"));
		new EjectionMeters(this.rig.outliers).bindTo(meters);
		this.rig.outliers.withoutEjected("other",
				List.of(new DefaultServiceInstance("x", "other", "10.9.9.9", 80, false)));
		this.rig.advanceSeconds(1);
		for (int minute = 0; minute < 13; minute++) {
			this.rig.shown();
			this.rig.advance(Duration.ofMinutes(1));
		}
		this.rig.kill(1);
		assertThat(meters.get("etcd.discovery.ejected").gauge().value()).as("of echo, which is asked for").isEqualTo(1);
	}

	@Test
	void aGaugeIsDroppedAlsoWhereAnotherRegistryComesJustBefore() {
		SimpleMeterRegistry first = new SimpleMeterRegistry();
		EjectionMeters meters = new EjectionMeters(this.rig.outliers);
		meters.bindTo(first);
		for (int second = 0; second < 720; second++) {
			meters.bindTo(new SimpleMeterRegistry());
			this.rig.advanceSeconds(1);
		}
		assertThat(first.find("etcd.discovery.ejected").gauges()).isEmpty();
	}

	@Test
	void whoStaysOutIsWarnedOfWhenTheMinuteIsOver() {
		this.rig.kill(1);
		this.rig.outliers.giveBack("10.0.0.5:1");
		this.rig.call(1, Outcome.UNREACHABLE);
		assertThat(lines()).hasSize(2);
		this.rig.advanceSeconds(59);
		assertThat(lines()).hasSize(2);
		this.rig.advanceSeconds(2);
		assertThat(lines()).hasSize(3).last().asString().startsWith("WARN");
		this.rig.advanceSeconds(100);
		assertThat(lines()).hasSize(3);
	}

	@Test
	void anInstanceOnTrialIsNoNewEjection() {
		this.rig.call(5, 1, Outcome.BROKEN);
		for (int second = 0; second < 200; second++) {
			this.rig.advanceSeconds(1);
			if (this.rig.shown().contains(1)) {
				this.rig.call(1, Outcome.BROKEN);
			}
		}
		assertThat(lines()).hasSize(1);
		assertThat(this.told).startsWith("ejected echo broken", "changed echo", "changed echo", "changed echo");
		assertThat(this.told).filteredOn((line) -> line.startsWith("ejected")).hasSize(1);
	}

	@Test
	void whatWasThrownLongAgoIsNotTheReasonWhyAnInstanceIsStuck() {
		this.rig.call(1, Outcome.UNREACHABLE, Outcome.ANSWERED);
		this.rig.advance(Duration.ofMinutes(2));
		this.lines.list.clear();
		IntStream.range(0, 5).forEach((i) -> this.rig.begin(1));
		for (int second = 0; second < 12; second++) {
			this.rig.advanceSeconds(1);
			this.rig.call(2, Outcome.ANSWERED);
		}
		assertThat(lines()).containsExactly("WARN Instance 10.0.0.5:1 of service echo is not called any more: "
				+ "none of the calls to it has ended for a while while others answered");
	}

	@Test
	void nothingOfARegistryReachesTheLogUnescaped() {
		List<ServiceInstance> odd = List.of(new DefaultServiceInstance("1", "a\nb", "h\r\u202e", 1, false),
				new DefaultServiceInstance("2", "a\nb", "h", 2, false));
		this.rig.outliers.withoutEjected("a\nb", odd);
		this.rig.outliers.ended(odd.get(0), this.rig.now(), Outcome.UNREACHABLE, new IllegalStateException("secret"));
		assertThat(lines()).isNotEmpty()
			.allSatisfy((line) -> assertThat(line).doesNotContain("\n", "\r", "\u202e", "secret"));
	}

	@Test
	void listenersAreToldOfEveryServiceOfWhichSomebodyIsEjectedAndOfEachOtherList() {
		this.rig.kill(1);
		assertThat(this.told).containsExactly("ejected echo connection", "changed echo");
		this.rig.outliers.giveBack("10.0.0.5:1");
		assertThat(this.told).containsExactly("ejected echo connection", "changed echo", "changed echo");
	}

	@Test
	void whoIsNotListedAnyMoreIsNotEjectedAnyMore() {
		this.rig.kill(1);
		this.told.clear();
		this.rig.list(2, 3);
		this.rig.shown();
		this.rig.advanceSeconds(1);
		assertThat(this.told).containsExactly("changed echo");
		assertThat(lines()).last().asString().contains("is not left out any more");
		this.rig.list(1, 2, 3);
		this.rig.shown();
		this.rig.advanceSeconds(1);
		assertThat(this.told).containsExactly("changed echo", "ejected echo connection", "changed echo");
	}

	@Test
	void aListenerThatThrowsKeepsNothingFromTheOthers() {
		List<String> later = new ArrayList<>();
		this.rig.outliers.onEjection((service, cause) -> {
			throw new IllegalStateException("a listener of a user");
		});
		this.rig.outliers.onEjection((service, cause) -> later.add(cause));
		this.rig.outliers.onChange((service) -> {
			throw new NoClassDefFoundError("a cache of a user");
		});
		this.rig.outliers.onChange(later::add);
		this.rig.kill(1);
		this.rig.outliers.giveBack("10.0.0.5:1");
		assertThat(later).containsExactly("connection", "echo", "echo");
	}

}
