package io.github.etcddiscovery.spring.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.spring.EtcdDiscoveryProperties;
import io.github.etcddiscovery.spring.registration.EtcdRegistration;
import io.github.etcddiscovery.test.tls.EtcdCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What Kitex's {@code registry-etcd} v0.2.6 gets wrong in its options and variables, by
 * the numbers that docs/parity.md gives these defects, and what happens here instead.
 */
@ExtendWith(OutputCaptureExtension.class)
class KitexOptionDefectTests {

	@TempDir
	private Path folder;

	/** Kitex logs the fault and sends everything, the password too, in plaintext. */
	@ParameterizedTest
	@CsvSource({ "ca-file, missing", "ca-file, garbage", "cert-file, missing", "cert-file, garbage",
			"key-file, missing", "key-file, garbage" })
	void d17ATlsFileThatCannotBeUsedStopsTheStartBeforeAnythingIsSent(String property, String fault)
			throws IOException {
		Path bad = this.folder.resolve("bad.pem");
		if (fault.equals("garbage")) {
			Files.writeString(bad, "garbage");
		}
		EtcdCertificates certificates = EtcdCertificates.shared();
		try (ServerSocket etcd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Contexts.provider()
				.withPropertyValues("etcd.discovery.endpoints=127.0.0.1:" + etcd.getLocalPort(),
						"etcd.discovery.username=alice", "etcd.discovery.password=s3cret",
						"etcd.discovery.tls.ca-file=" + certificates.ca(),
						"etcd.discovery.tls.cert-file=" + certificates.client("alice").certificate(),
						"etcd.discovery.tls.key-file=" + certificates.client("alice").key(),
						"etcd.discovery.tls." + property + "=" + bad)
				.run((context) -> assertThat(Analyses.of(context.getStartupFailure()).getDescription())
					.contains("etcd.discovery.tls." + property, bad.toString())
					.doesNotContain("s3cret"));
			etcd.setSoTimeout(100);
			assertThatExceptionOfType(SocketTimeoutException.class).as("nobody has connected").isThrownBy(etcd::accept);
		}
	}

	@Test
	void d26TheAddressOfTheMachineIsChosenByTheRulesOfSpringAndCanBeIpv6WhereItIsConfigured() throws IOException {
		InetAddress address = InetAddress.getByAddress(new byte[] { 10, 1, 2, 3 });
		InetUtils rules = new InetUtils(new InetUtilsProperties()) {

			@Override
			public InetAddress findFirstNonLoopbackAddress() {
				return address;
			}

		};
		Contexts.provider()
			.withBean(InetUtils.class, () -> rules)
			.run((context) -> assertThat(context.getBean(EtcdRegistration.class).getHost()).isEqualTo("10.1.2.3"));
		Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.ip-address=2001:db8::1")
			.run((context) -> assertThat(context.getBean(EtcdRegistration.class).getUri())
				.hasToString("http://[2001:db8::1]:8080"));
	}

	/** In Kitex the constructors with credentials change prefix and default weight. */
	@Test
	void d29CredentialsChangeNeitherThePrefixNorTheDefaultWeight() {
		Contexts.provider()
			.withPropertyValues("etcd.discovery.username=alice", "etcd.discovery.password=s3cret")
			.run((context) -> {
				assertThat(context.getBean(Layouts.class).registering().get(0).prefix())
					.isEqualTo("kitex/registry-etcd");
				assertThat(context.getBean(Layouts.class).discovering().get(0).prefix())
					.isEqualTo("kitex/registry-etcd");
				assertThat(context.getBean(EtcdDiscoveryProperties.class).defaultWeight()).isEqualTo(10);
			});
	}

	@Test
	void d30TheTtlIsAPropertyWithBoundsAndAWrongVariableIsSaidToBeWrong(CapturedOutput output) {
		Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.ttl=7s", "KITEX_ETCD_REGISTRY_LEASE_TTL=60")
			.run((context) -> assertThat(context.getBean(LeaseTtl.class).value()).isEqualTo(Duration.ofSeconds(7)));
		Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.ttl=1s")
			.run((context) -> assertThat(Analyses.of(context.getStartupFailure()).getDescription())
				.contains("etcd.discovery.registration.ttl", "2s to 5m"));
		assertThat(output).doesNotContain("LEASE_TTL");
		Contexts.provider()
			.withPropertyValues("KITEX_ETCD_REGISTRY_LEASE_TTL=one minute")
			.run((context) -> assertThat(context.getBean(LeaseTtl.class).value()).isEqualTo(Duration.ofSeconds(15)));
		assertThat(output.getOut().lines().filter((line) -> line.contains("LEASE_TTL"))).singleElement()
			.asString()
			.contains("WARN", "'one minute'");
	}

	/** A Kitex server registers a second after it listens, ready or not. */
	@Test
	void d32RegistersWhenTheApplicationSaysThatItIsReady() {
		Contexts.provider().withBean(Announced.class).run((context) -> {
			List<String> services = context.getBean(Announced.class).services;
			assertThat(services).isEmpty();
			AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), ReadinessState.REFUSING_TRAFFIC);
			assertThat(services).isEmpty();
			AvailabilityChangeEvent.publish(context.getSourceApplicationContext(), ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(services).containsExactly("echo");
		});
	}

	/** In Kitex a fixed address does not help where the listener has no port. */
	@Test
	void d35WhatIsConfiguredIsRegisteredWhateverIsListenedOn() {
		Contexts.client()
			.withPropertyValues("etcd.discovery.registration.ip-address=10.0.0.5",
					"etcd.discovery.registration.port=8888")
			.run((context) -> assertThat(context.getBean(EtcdRegistration.class).getUri())
				.hasToString("http://10.0.0.5:8888"));
	}

	static class Announced {

		final List<String> services = new ArrayList<>();

		@EventListener
		void on(InstancePreRegisteredEvent event) {
			this.services.add(event.getRegistration().getServiceId());
		}

	}

}
