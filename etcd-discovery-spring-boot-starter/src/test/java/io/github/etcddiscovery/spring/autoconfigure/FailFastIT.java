package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;
import java.util.Objects;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdAuth;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class FailFastIT {

	private static final String SECRET = "s3cret-canary";

	@Test
	void anEtcdThatCannotBeReachedStopsTheStartInTime() {
		try (EtcdCluster etcd = EtcdCluster.single()) {
			etcd.kill();
			long begun = System.nanoTime();
			FailureAnalysis analysis = fail(
					failFast(TestApplication.with(etcd)).set("etcd.discovery.start-timeout=2s"));
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofSeconds(2),
					Duration.ofSeconds(12));
			assertThat(analysis.getDescription()).contains(etcd.endpoint(), "within 2s: ").doesNotContain("again");
			assertThat(analysis.getAction()).contains("etcd.discovery.endpoints", "etcd.discovery.fail-fast");
		}
	}

	@Test
	void anEtcdThatComesInTimeIsWaitedFor() {
		try (EtcdCluster etcd = EtcdCluster.single();
				ConfigurableApplicationContext context = failFast(TestApplication.with(etcd)).run()) {
			assertThat(context.isActive()).isTrue();
			TestApplication.awaitRegistered(etcd, TestApplication.key(context));
		}
	}

	@Test
	void aContextThatWasPausedComesBackWithoutEtcd() {
		try (EtcdCluster etcd = EtcdCluster.single();
				ConfigurableApplicationContext context = failFast(TestApplication.with(etcd))
					.set("etcd.discovery.start-timeout=1s")
					.run()) {
			context.pause();
			etcd.kill();
			context.restart();
			assertThat(context.isRunning()).isTrue();
		}
	}

	@Test
	void aWrongPasswordAndAMissingRightAreExplained() {
		try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withRootPassword("root")).start()) {
			etcd.auth().addRole("elsewhere");
			etcd.auth().grantPrefix("elsewhere", EtcdAuth.Access.READWRITE, "elsewhere/");
			etcd.auth().addUser("alice", "right", "elsewhere");
			FailureAnalysis wrong = fail(failFast(TestApplication.with(etcd)).set("etcd.discovery.username=alice",
					"etcd.discovery.password=" + SECRET));
			assertThat(wrong.getDescription()).contains(etcd.endpoint()).doesNotContain(SECRET);
			assertThat(wrong.getAction()).contains("etcd.discovery.username");
			FailureAnalysis denied = fail(failFast(TestApplication.with(etcd)).set("etcd.discovery.username=alice",
					"etcd.discovery.password=right"));
			assertThat(denied.getAction()).contains("Grant");
		}
	}

	private static TestApplication failFast(TestApplication application) {
		return application.set("etcd.discovery.fail-fast=true");
	}

	private static FailureAnalysis fail(TestApplication application) {
		Throwable failure = catchThrowable(() -> application.run().close());
		assertThat(failure).isNotNull();
		return Objects.requireNonNull(Analyses.of(failure));
	}

}
