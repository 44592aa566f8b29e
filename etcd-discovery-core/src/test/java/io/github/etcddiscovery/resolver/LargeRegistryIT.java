package io.github.etcddiscovery.resolver;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.TcpProxy;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A hundred thousand instances of a thousand services.
 */
@Tag("long")
class LargeRegistryIT {

	private static final int INSTANCES = 100_000;

	private static final int SERVICES = 1_000;

	private static final EtcdCluster etcd = EtcdCluster.of(1);

	private static ManagedChannel direct;

	private final List<String> resyncs = new CopyOnWriteArrayList<>();

	@BeforeAll
	static void fill() {
		direct = NettyChannelBuilder.forTarget(address()).usePlaintext().build();
		for (int from = 0; from < INSTANCES; from += 100) {
			List<Instance> some = new ArrayList<>();
			for (int i = from; i < from + 100; i++) {
				some.add(instance(i));
			}
			put(some);
		}
	}

	@AfterAll
	static void close() {
		direct.shutdownNow();
		etcd.close();
	}

	@Test
	void anInstanceTakesFourHundredBytesAtMost() {
		EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));
		EtcdResolver first = resolver(client, Duration.ofMinutes(5));
		awaitAll(first);
		first.close();
		long before = used();
		EtcdResolver resolver = resolver(client, Duration.ofMinutes(5));
		awaitAll(resolver);
		long bytes = (used() - before) / INSTANCES;
		assertThat(resolver.services()).hasSize(SERVICES);
		assertThat(bytes).isBetween(100L, 400L);
		resolver.close();
		client.close();
	}

	@Test
	void aChangeIsSeenAtOnceWhileAllOfThemAreComparedOverASlowNetwork() {
		int port = Integer.parseInt(address().substring(address().indexOf(':') + 1));
		try (TcpProxy slow = TcpProxy.to(new InetSocketAddress("127.0.0.1", port));
				EtcdClient client = EtcdClient.connect(EtcdClientSettings.of("http://127.0.0.1:" + slow.port()));
				EtcdResolver resolver = resolver(client, Duration.ofMillis(500))) {
			awaitAll(resolver);
			slow.delay(Duration.ofMillis(15));
			await().atMost(Duration.ofSeconds(60)).until(() -> !this.resyncs.isEmpty());
			List<Long> millis = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				int weight = 100 + i;
				long written = System.nanoTime();
				put(List.of(instance(0).withWeight(weight)));
				await().pollInterval(Duration.ofMillis(1))
					.atMost(Duration.ofSeconds(10))
					.until(() -> resolver.instances("service-0").get(0).weight() == weight);
				millis.add((System.nanoTime() - written) / 1_000_000);
			}
			Collections.sort(millis);
			assertThat(millis.get(90)).as("%s", millis).isLessThan(100);
			assertThat(this.resyncs).hasSizeGreaterThan(1).containsOnly("interval");
			assertThat(resolver.staleFor()).isLessThan(Duration.ofSeconds(1));
		}
	}

	private static String address() {
		return etcd.endpoints().get(0).replace("http://", "");
	}

	private EtcdResolver resolver(EtcdClient client, Duration resync) {
		return EtcdResolver.create(client,
				ResolverOptions.defaults()
					.withTiming(new ResolverOptions.Timing(Duration.ofSeconds(3), resync, Duration.ZERO,
							Duration.ofSeconds(30), RetryOptions.defaults()))
					.withObserver(new DiscoveryObserver() {

						@Override
						public void resync(String reason) {
							LargeRegistryIT.this.resyncs.add(reason);
						}

					}));
	}

	private static void awaitAll(EtcdResolver resolver) {
		await().atMost(Duration.ofSeconds(60))
			.until(() -> resolver.snapshots()
				.stream()
				.mapToInt((snapshot) -> snapshot.instances().size())
				.sum() == INSTANCES);
	}

	private static Instance instance(int i) {
		int number = i / SERVICES;
		return Instance.of("service-" + (i % SERVICES), "10.1.0." + number, 8888)
			.withTag("zone", "z" + (i % 3))
			.withTag("version", "1.0." + (i % 5));
	}

	private static void put(List<Instance> instances) {
		TxnRequest.Builder transaction = TxnRequest.newBuilder();
		for (Instance instance : instances) {
			transaction.addSuccess(RequestOp.newBuilder()
				.setRequestPut(PutRequest.newBuilder()
					.setKey(ByteString.copyFrom(Rig.KITEX.key(instance).toByteArray()))
					.setValue(ByteString.copyFrom(Rig.KITEX.codec().value(instance).toByteArray()))));
		}
		KVGrpc.newBlockingStub(direct).withDeadlineAfter(30, TimeUnit.SECONDS).txn(transaction.build());
	}

	private static long used() {
		Runtime runtime = Runtime.getRuntime();
		long least = Long.MAX_VALUE;
		for (int i = 0; i < 5; i++) {
			System.gc();
			least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
		}
		return least;
	}

}
