package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** When a connection is given up for a fresh one, and when it is not. */
class ReconnectIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	@RegisterExtension
	final ProxiedClient own = new ProxiedClient(etcd);

	@BeforeEach
	void connect() {
		Await.answer(() -> this.own.client.probe(this.own.range));
	}

	@Test
	void oneCallEverySecondSucceedsSoonAfterAShortOutage() {
		succeedsSoonAfterAnOutageOf(Duration.ofSeconds(2));
	}

	@Tag("long")
	@ParameterizedTest
	@ValueSource(ints = { 15, 30, 90 })
	void oneCallEverySecondSucceedsSoonAfterALongOutage(int seconds) {
		succeedsSoonAfterAnOutageOf(Duration.ofSeconds(seconds));
	}

	private void succeedsSoonAfterAnOutageOf(Duration outage) {
		etcd.cluster().kill();
		long end = System.nanoTime() + outage.toNanos();
		await().atMost(outage.plusSeconds(10))
			.pollInterval(FixedPollInterval.fixed(Duration.ofSeconds(1)))
			.until(() -> {
				assertThat(Await.failure(this.own.client.probe(this.own.range)).kind()).isEqualTo(Kind.UNAVAILABLE);
				return System.nanoTime() > end;
			});
		etcd.cluster().start();
		long back = System.nanoTime();
		this.own.awaitAnswer();
		assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(10));
	}

	@Tag("long")
	@Test
	void silentConnectionIsReplacedOnceInFiveSecondsAndItsWatchEnds() {
		Recorder recorder = new Recorder();
		this.own.client.watches(Runnable::run).watch(this.own.range, etcd.revision() + 1, recorder);
		recorder.next(Recorder.Confirmed.class);
		etcd.cluster().proxy().stall();
		assertThat(Await.failure(this.own.client.renew(1, Duration.ofMillis(100))).kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(this.own.connections).hasValue(2);
	}

	@Tag("long")
	@Test
	void callAfterALongSilenceFindsAFreshConnection() {
		etcd.cluster().proxy().cut();
		Await.failure(this.own.client.probe(this.own.range));
		await().atMost(Duration.ofSeconds(10)).until(() -> this.own.connections.get() == 2);
		etcd.cluster().proxy().heal();
		Await.value(this.own.client.probe(this.own.range));
	}

	@Tag("long")
	@Test
	void answerBetweenTwoFailuresKeepsTheConnection() {
		long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
		await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(500)).until(() -> {
			etcd.cluster().proxy().stall();
			Await.failure(this.own.client.renew(1, Duration.ofMillis(300)));
			etcd.cluster().proxy().heal();
			Await.value(this.own.client.probe(this.own.range));
			return System.nanoTime() > end;
		});
		assertThat(this.own.connections).hasValue(1);
	}

	@Tag("long")
	@Test
	void refusalIsAnAnswerAndKeepsTheConnection() {
		long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
		await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(500)).until(() -> {
			Write refused = new Write.Put(Bytes.utf8(this.own.prefix + "a"), Bytes.EMPTY, 0x77, 0);
			assertThat(Await.failure(this.own.client.commit(refused)).kind()).isEqualTo(Kind.LEASE_NOT_FOUND);
			return System.nanoTime() > end;
		});
		assertThat(this.own.connections).hasValue(1);
	}

}
