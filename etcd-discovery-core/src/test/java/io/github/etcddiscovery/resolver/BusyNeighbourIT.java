package io.github.etcddiscovery.resolver;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdExtension;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A service of ten thousand instances changes two thousand times a second on a real etcd,
 * and a small one beside it now and then. Counted in revisions, snapshots and bytes,
 * which say the same on every machine: how old things are in seconds is measured in the
 * benchmarks.
 */
@Tag("long")
class BusyNeighbourIT {

	private static final int INSTANCES = 10_000;

	private static final int CHANGES = 20_000;

	private static final int SMALL_CHANGES = 100;

	/** One copy of the list of references, with compressed ones. */
	private static final long LIST = INSTANCES * 4L;

	private static final long GARBAGE = 3_000;

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	private final ManagedChannel direct = NettyChannelBuilder.forTarget(etcd.endpoint().replace("http://", ""))
		.usePlaintext()
		.build();

	private final AtomicInteger snapshotsOfBig = new AtomicInteger();

	private final AtomicLong loopThread = new AtomicLong();

	/** By how many revisions the big service was ahead when the small one was shown. */
	private final List<Long> ahead = new CopyOnWriteArrayList<>();

	private final AtomicReference<EtcdResolver> running = new AtomicReference<>();

	@Test
	void theSmallOneIsShownInItsTurnAndAChangeCostsNoMoreThanItself() {
		for (int i = 0; i < INSTANCES; i += 50) {
			AtomicInteger answered = new AtomicInteger();
			for (int j = 0; j < 50; j++) {
				put(big(i + j, 10), answered);
			}
			await().pollInterval(Duration.ofMillis(1)).atMost(Duration.ofSeconds(30)).until(() -> answered.get() == 50);
		}
		try (EtcdResolver resolver = EtcdResolver.create(this.client,
				ResolverOptions.defaults().withObserver(new Counts()))) {
			this.running.set(resolver);
			await().atMost(Duration.ofSeconds(30)).until(() -> resolver.instances("big").size() == INSTANCES);
			writeAndAwait(2_000);
			this.snapshotsOfBig.set(0);
			this.ahead.clear();
			long before = allocatedByTheLoop();
			writeAndAwait(CHANGES);
			long allocated = allocatedByTheLoop() - before;
			assertThat(this.snapshotsOfBig.get()).isBetween(10, CHANGES);
			assertThat(allocated).isLessThan(CHANGES * GARBAGE + this.snapshotsOfBig.get() * (LIST + GARBAGE));
			// So many changes come in 250 ms.
			assertThat(this.ahead).hasSizeGreaterThan(SMALL_CHANGES / 2).allMatch((revisions) -> revisions < 500);
		}
		finally {
			this.client.close();
			this.direct.shutdownNow();
		}
	}

	/** Two thousand changes a second, and of the small service ten. */
	private void writeAndAwait(int changes) {
		EtcdResolver resolver = this.running.get();
		AtomicInteger next = new AtomicInteger();
		AtomicInteger answered = new AtomicInteger();
		ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
		writer.scheduleAtFixedRate(() -> {
			for (int i = 0; i < 20 && next.get() < changes; i++) {
				int number = next.getAndIncrement();
				put(big(number % INSTANCES, 11 + (number % 900)), answered);
				if (number % 200 == 0) {
					put(Rig.instance("small", 1).withWeight(11 + number / 200), new AtomicInteger());
				}
			}
		}, 0, 10, TimeUnit.MILLISECONDS);
		await().atMost(Duration.ofMinutes(2)).until(() -> answered.get() == changes);
		writer.shutdownNow();
		await().atMost(Duration.ofSeconds(30)).until(() -> {
			int last = changes - 1;
			return resolver.instances("big").contains(big(last % INSTANCES, 11 + (last % 900)))
					&& resolver.staleFor().isZero();
		});
	}

	private void put(Instance instance, AtomicInteger answered) {
		KVGrpc.newFutureStub(this.direct)
			.put(PutRequest.newBuilder()
				.setKey(ByteString.copyFrom(Rig.KITEX.key(instance).toByteArray()))
				.setValue(ByteString.copyFrom(Rig.KITEX.codec().value(instance).toByteArray()))
				.build())
			.addListener(answered::incrementAndGet, Runnable::run);
	}

	private static Instance big(int i, int weight) {
		return Instance.of("big", "10.1." + (i / 250) + "." + (i % 250), 80).withWeight(weight);
	}

	private long allocatedByTheLoop() {
		return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(this.loopThread.get());
	}

	/** Told on the loop's thread, right after a service was shown. */
	private final class Counts implements DiscoveryObserver {

		@Override
		public void instances(String service, int instances) {
			BusyNeighbourIT test = BusyNeighbourIT.this;
			test.loopThread.set(Thread.currentThread().getId());
			if (service.equals("big")) {
				test.snapshotsOfBig.incrementAndGet();
			}
			EtcdResolver resolver = test.running.get();
			if (service.equals("small") && resolver != null) {
				test.ahead.add(resolver.snapshot("big").revision() - resolver.snapshot("small").revision());
			}
		}

	}

}
