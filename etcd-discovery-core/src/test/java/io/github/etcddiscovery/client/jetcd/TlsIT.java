package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.TlsManagers;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.github.etcddiscovery.test.tls.EtcdCertificates;
import io.github.etcddiscovery.test.tls.EtcdTls;
import io.github.etcddiscovery.test.tls.PemFiles;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/** Who is let in and who is believed; certificates that change. */
class TlsIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withMutualTls());

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("tls/"));

	private static final EtcdCertificates OURS = EtcdCertificates.shared();

	private final AtomicInteger connections = new AtomicInteger();

	private EtcdClient client;

	@AfterEach
	void close() {
		if (this.client != null) {
			this.client.close();
		}
	}

	@Test
	void clientWithACertificateIsLetIn() {
		connect(Pem.managers(OURS.ca(), OURS.client("app")));
		Await.value(this.client.probe(RANGE));
		Recorder recorder = new Recorder();
		this.client.watches(Runnable::run).watch(RANGE, 1, recorder);
		recorder.next(Recorder.Confirmed.class);
	}

	@Test
	void endpointWithoutASchemeMeansTls() {
		String endpoint = etcd.endpoint().replace("https://", "");
		this.client = EtcdClient
			.connect(EtcdClientSettings.of(endpoint).withTls(() -> Pem.managers(OURS.ca(), OURS.client("app"))));
		Await.value(this.client.probe(RANGE));
	}

	@Test
	void clientWithoutACertificateIsToldSo() {
		connect(Pem.managers(OURS.ca(), null));
		assertRefusedBecauseOf("certificate");
	}

	@Test
	void clientWithAnExpiredCertificateIsToldSo() {
		connect(Pem.managers(OURS.ca(), OURS.expiredClient("late")));
		assertRefusedBecauseOf("certificate");
	}

	@Test
	void serverOfAnUnknownAuthorityIsNotBelieved() {
		connect(Pem.managers(EtcdCertificates.foreign().ca(), OURS.client("app")));
		assertRefusedBecauseOf("PKIX path");
	}

	@Test
	void withoutTlsSettingsTheTrustStoreOfTheJvmDecides() {
		this.client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));
		assertRefusedBecauseOf("PKIX path");
	}

	@Test
	void serverWithAnotherNameIsNotBelievedUnlessTheAuthoritySaysSo() {
		try (EtcdCluster other = start(OURS.serverFor("etcd.example"))) {
			EtcdClientSettings settings = EtcdClientSettings.of(other.endpoint())
				.withTls(() -> Pem.managers(OURS.ca(), null));
			this.client = EtcdClient.connect(settings);
			assertRefusedBecauseOf("127.0.0.1");
			this.client.close();
			this.client = EtcdClient.connect(settings.withAuthority("etcd.example"));
			Await.value(this.client.probe(RANGE));
		}
	}

	@Test
	void serverWithAnExpiredCertificateIsNotBelieved() {
		try (EtcdCluster other = start(OURS.expiredServer())) {
			this.client = EtcdClient
				.connect(EtcdClientSettings.of(other.endpoint()).withTls(() -> Pem.managers(OURS.ca(), null)));
			assertRefusedBecauseOf("NotAfter");
		}
	}

	@Test
	void otherCertificatesAreUsedWithoutARestart() {
		AtomicReference<TlsManagers> tls = new AtomicReference<>(Pem.managers(OURS.ca(), OURS.client("app")));
		connect(tls);
		Recorder recorder = new Recorder();
		this.client.watches(Runnable::run).watch(RANGE, 1, recorder);
		recorder.next(Recorder.Confirmed.class);
		tls.set(Pem.managers(EtcdCertificates.foreign().ca(), null));
		assertThat(recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.UNAVAILABLE);
		assertRefusedBecauseOf("PKIX path");
		tls.set(Pem.managers(OURS.ca(), OURS.client("app")));
		await().atMost(Duration.ofSeconds(20)).until(() -> this.connections.get() == 3);
		Await.value(this.client.probe(RANGE));
	}

	@Test
	void changeOfCertificatesFailsNoCall() {
		AtomicReference<TlsManagers> tls = new AtomicReference<>(Pem.managers(OURS.ca(), OURS.client("app")));
		connect(tls);
		Await.value(this.client.probe(RANGE));
		await().atMost(Duration.ofSeconds(20)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> {
			tls.set(Pem.managers(OURS.ca(), OURS.client("app")));
			Await.value(this.client.probe(RANGE));
			return this.connections.get() > 5;
		});
	}

	@Test
	void certificatesThatCannotBeReadLeaveTheOldOnesInUse() {
		TlsManagers good = Pem.managers(OURS.ca(), OURS.client("app"));
		AtomicInteger asked = new AtomicInteger();
		this.client = JetcdClient.create(EtcdClientSettings.of(etcd.endpoint()).withTls(() -> {
			if (asked.incrementAndGet() > 1) {
				throw new IllegalStateException("half written");
			}
			return good;
		}), (builder) -> this.connections.incrementAndGet(), Duration.ofMillis(50));
		await().atMost(Duration.ofSeconds(20)).until(() -> asked.get() > 5);
		Await.value(this.client.probe(RANGE));
		assertThat(this.connections).hasValue(1);
	}

	@Test
	@Tag("long")
	void certificatesThatTakeLongAreAskedForOnceAndNothingWaitsForThem() {
		TlsManagers good = Pem.managers(OURS.ca(), OURS.client("app"));
		AtomicInteger asked = new AtomicInteger();
		CountDownLatch end = new CountDownLatch(1);
		JetcdClient slow = JetcdClient.create(EtcdClientSettings.of(etcd.endpoint()).withTls(() -> {
			if (asked.incrementAndGet() > 1) {
				await().atMost(Duration.ofMinutes(1)).until(() -> end.getCount() == 0);
			}
			return good;
		}), (builder) -> this.connections.incrementAndGet(), Duration.ofMillis(20));
		this.client = slow;
		await().atMost(Duration.ofSeconds(20)).until(() -> asked.get() == 2);
		Connections connections = slow.calls().connections();
		connections.note(connections.current(), Status.UNAVAILABLE.asRuntimeException());
		await().atMost(Duration.ofSeconds(20)).until(() -> this.connections.get() == 2);
		Await.value(this.client.probe(RANGE));
		assertThat(asked).hasValue(2);
		end.countDown();
	}

	@Test
	void certificatesThatCannotBeReadAtFirstAreAnError() {
		EtcdClientSettings settings = EtcdClientSettings.of(etcd.endpoint()).withTls(() -> {
			throw new IllegalStateException("no such file: ca.pem");
		});
		assertThatIllegalStateException().isThrownBy(() -> EtcdClient.connect(settings))
			.withMessageContaining("ca.pem");
	}

	private static EtcdCluster start(PemFiles server) {
		return EtcdCluster.create(EtcdSettings.defaults().withTls(EtcdTls.of(OURS).presenting(server))).start();
	}

	private void connect(TlsManagers tls) {
		connect(new AtomicReference<>(tls));
	}

	private void connect(AtomicReference<TlsManagers> tls) {
		this.client = JetcdClient.create(EtcdClientSettings.of(List.of(etcd.endpoint())).withTls(tls::get),
				(builder) -> this.connections.incrementAndGet(), Duration.ofMillis(100));
	}

	private void assertRefusedBecauseOf(String reason) {
		EtcdDiscoveryException failure = Await.failure(this.client.probe(RANGE));
		assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(failure).hasMessageContaining(reason).hasMessageContaining("Check");
	}

}
