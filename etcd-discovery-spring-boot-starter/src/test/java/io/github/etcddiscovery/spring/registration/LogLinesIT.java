package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** What the operator reads at the start: one line each, with what to do. */
@ExtendWith(OutputCaptureExtension.class)
class LogLinesIT {

	private static final String CLIENT = "discovers services but is not registered itself";

	private static final String POLLED = "look for changes every 5 s";

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void anApplicationWithoutPortIsSaidToBeAClientAndHowToChangeThat(CapturedOutput output) {
		TestApplication.with(etcd).withoutWeb().run().close();
		assertThat(lines(output, CLIENT)).singleElement()
			.asString()
			.contains("INFO", "there is no web or gRPC server", "etcd.discovery.registration.port",
					"etcd.discovery.registration.enabled");
	}

	@Test
	void anApplicationWithoutNameIsSaidToBeAClientAndHowToChangeThat(CapturedOutput output) {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("spring.application.name=")
			.run()) {
			context.pause();
			context.restart();
		}
		assertThat(lines(output, CLIENT)).singleElement()
			.asString()
			.contains("INFO", "it has no service name", "spring.application.name",
					"etcd.discovery.registration.enabled");
	}

	@Test
	void nothingIsSaidWhereNobodyWantsToRegister(CapturedOutput output) {
		TestApplication.with(etcd).clientOnly().run().close();
		assertThat(lines(output, CLIENT)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "5s, 5s", "0, 0s" })
	void aDrainDelayThatIsTooShortForCallersOfKitexIsSaidToBeSoOnce(String delay, String shown, CapturedOutput output) {
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration.drain-delay=" + delay)
			.run()) {
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		}
		assertThat(lines(output, POLLED)).singleElement()
			.asString()
			.contains("INFO", "etcd.discovery.registration.drain-delay", "6s (it is " + shown + ")",
					"logging.level." + OwnFormats.class.getName() + "=warn");
	}

	@ParameterizedTest
	@ValueSource(strings = { "drain-delay=6s", "deregister-on-shutdown=false", "enabled=false" })
	void nothingIsSaidOfADrainDelayThatIsLongEnoughOrNotWaited(String setting, CapturedOutput output) {
		// Stopped before anything was written, so that the delay is not waited here.
		ConfigurableApplicationContext context = TestApplication.with(etcd)
			.set("etcd.discovery.registration." + setting)
			.run();
		context.getBeansOfType(EtcdRegistration.class)
			.values()
			.forEach((registration) -> context.getBean(EtcdServiceRegistry.class).deregister(registration));
		context.close();
		assertThat(lines(output, POLLED)).isEmpty();
	}

	@Test
	void nothingIsWrongAtTheNormalEndOfAnApplication(CapturedOutput output) {
		ConfigurableApplicationContext context = TestApplication.with(etcd).run();
		TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		int begin = output.getOut().length();
		context.close();
		assertThat(output.getOut().substring(begin)).contains("CLOSED").doesNotContain("WARN", "ERROR");
	}

	@Test
	void aTakeoverNamesTheOldLease(CapturedOutput output) {
		long old = etcd.grant(Duration.ofSeconds(60));
		String key = "kitex/registry-etcd/echo/10.1.2.3:7777";
		etcd.put(key, "{\"network\":\"tcp\",\"address\":\"10.1.2.3:7777\",\"weight\":10,\"tags\":null}", old);
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.withoutWeb()
			.set("etcd.discovery.registration.ip-address=10.1.2.3", "etcd.discovery.registration.port=7777")
			.run()) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(lines(output, "is REGISTERED")).hasSize(1));
		}
		assertThat(lines(output, "took " + key + " over")).singleElement()
			.asString()
			.contains("INFO", "lease " + Long.toHexString(old));
	}

	private static List<String> lines(CapturedOutput output, String text) {
		return output.toString().lines().filter((line) -> line.contains(text)).toList();
	}

}
