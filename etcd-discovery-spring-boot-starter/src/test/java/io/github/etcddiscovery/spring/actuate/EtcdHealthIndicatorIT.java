package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/** Out of the registry against our will: how long that may take while etcd answers. */
class EtcdHealthIndicatorIT {

	private static final Duration TTL = Duration.ofSeconds(1);

	private static final KeyRange RANGE = KeyRange.single(Bytes.utf8("k"));

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	private final OutOfRegistry out = new OutOfRegistry();

	private final EtcdHealthIndicator indicator = new EtcdHealthIndicator(this.client, RANGE, null, null, this.out,
			new EtcdHealthIndicator.Tolerance(TTL, false));

	@AfterEach
	void close() {
		this.client.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "WAITING", "REGISTERING", "FAILED" })
	void isForgivenForTwiceTheTtlAndNoLonger(String state) {
		assertThat(status()).isEqualTo(Status.UP);
		long begun = System.nanoTime();
		this.out.registrationState("echo", "k", "REGISTERED", state);
		awaitDown();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(TTL.multipliedBy(2));
		this.out.registrationState("echo", "k", state, "REGISTERED");
		assertThat(status()).isEqualTo(Status.UP);
	}

	@Test
	void theFirstCheckTellsTheTruthHoweverLateItComes() {
		this.out.registrationState("echo", "k", "REGISTERED", "WAITING");
		awaitOutForLong();
		assertThat(status()).isEqualTo(Status.DOWN);
	}

	@Test
	void theFirstCheckAfterOneWithoutAnswerTellsTheTruthHoweverLateItComes() {
		this.out.registrationState("echo", "k", "REGISTERED", "WAITING");
		etcd.cluster().kill();
		assertThat(this.indicator.health().getDetails()).containsEntry("reachable", false);
		etcd.cluster().start();
		Awaitility.await()
			.atMost(Duration.ofSeconds(15))
			.ignoreExceptions()
			.until(() -> this.client.probe(RANGE).get(1, TimeUnit.SECONDS) > 0);
		awaitOutForLong();
		assertThat(status()).isEqualTo(Status.DOWN);
	}

	@Test
	void theTimeOfAnOutageDoesNotCount() {
		this.out.registrationState("echo", "k", "REGISTERED", "WAITING");
		awaitDown();
		etcd.cluster().kill();
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(this.indicator.health().getDetails()).containsEntry("reachable", false));
		assertThat(status()).isEqualTo(Status.UP);
		etcd.cluster().start();
		Awaitility.await()
			.atMost(Duration.ofSeconds(15))
			.untilAsserted(() -> assertThat(this.indicator.health().getDetails()).containsEntry("reachable", true));
		assertThat(status()).isEqualTo(Status.UP);
		awaitDown();
	}

	private void awaitOutForLong() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(15))
			.until(() -> this.out.longest().compareTo(TTL.multipliedBy(3)) > 0);
	}

	private void awaitDown() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(15))
			.pollInterval(Duration.ofMillis(100))
			.until(() -> status().equals(Status.DOWN));
	}

	private Status status() {
		return this.indicator.health().getStatus();
	}

}
