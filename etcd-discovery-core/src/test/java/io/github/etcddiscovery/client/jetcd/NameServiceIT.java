package io.github.etcddiscovery.client.jetcd;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An endpoint by name, while the name service has faults of its own. */
class NameServiceIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults());

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("names/"));

	private final AtomicReference<Addresses.Names> service = new AtomicReference<>((host) -> loopback());

	private final CountDownLatch end = new CountDownLatch(1);

	private final EtcdClient client = JetcdClient
		.create(EtcdClientSettings.of(etcd.endpoint().replace("127.0.0.1", "etcd.test")), (builder) -> {
		}, Duration.ofHours(1), (host) -> this.service.get().lookUp(host));

	private static InetAddress[] loopback() {
		return new InetAddress[] { InetAddress.getLoopbackAddress() };
	}

	@AfterEach
	void close() {
		this.end.countDown();
		this.client.close();
		etcd.cluster().start();
	}

	@Tag("long")
	@Test
	void etcdThatComesBackAtItsAddressIsFoundThoughTheNameServiceIsAway() {
		Await.value(this.client.probe(RANGE));
		this.service.set((host) -> {
			throw new UnknownHostException(host);
		});
		foundAfter(Duration.ofSeconds(12));
	}

	@Tag("long")
	@Test
	void etcdThatComesBackAtItsAddressIsFoundThoughTheNameServiceIsSilent() {
		Await.value(this.client.probe(RANGE));
		this.service.set((host) -> {
			try {
				this.end.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			throw new UnknownHostException(host);
		});
		foundAfter(Duration.ofSeconds(12));
	}

	@Tag("long")
	@Test
	void etcdThatComesBackAtItsAddressIsFoundThoughTheNameServiceSaysAnother() {
		Await.value(this.client.probe(RANGE));
		this.service.set((host) -> InetAddress.getAllByName("127.9.9.9"));
		foundAfter(Duration.ofSeconds(12));
	}

	@Test
	void aNameThatWasNeverKnownIsFoundWhenTheNameServiceIsBack() {
		this.service.set((host) -> {
			throw new UnknownHostException(host);
		});
		assertThat(Await.failure(this.client.probe(RANGE)).kind()).isEqualTo(Kind.UNAVAILABLE);
		this.service.set((host) -> loopback());
		Await.answer(() -> this.client.probe(RANGE));
	}

	private void foundAfter(Duration outage) {
		etcd.cluster().kill();
		long end = System.nanoTime() + outage.toNanos();
		await().atMost(outage.plusSeconds(10))
			.pollInterval(FixedPollInterval.fixed(Duration.ofSeconds(1)))
			.until(() -> {
				assertThat(Await.failure(this.client.probe(RANGE)).kind()).isEqualTo(Kind.UNAVAILABLE);
				return System.nanoTime() > end;
			});
		etcd.cluster().start();
		Await.answer(() -> this.client.probe(RANGE));
	}

}
