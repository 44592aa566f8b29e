package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a codec throws, on a real etcd: at a value, and where there is no memory.
 */
class FailingCodecIT {

	private static final Duration TIME = Duration.ofSeconds(20);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	private final List<String> rejected = new CopyOnWriteArrayList<>();

	private final List<String> resyncs = new CopyOnWriteArrayList<>();

	private final EtcdResolver resolver = EtcdResolver.create(this.client,
			ResolverOptions.defaults().withLayouts(FailingCodec.LAYOUT).withObserver(new DiscoveryObserver() {

				@Override
				public void rejected(String reason) {
					FailingCodecIT.this.rejected.add(reason);
				}

				@Override
				public void resync(String reason) {
					FailingCodecIT.this.resyncs.add(reason);
				}

			}));

	@AfterEach
	void close() {
		FailingCodec.lackMemoryForNames(0);
		this.resolver.close();
		this.client.close();
		etcd.etcdctl("del", "--prefix", "failing/");
	}

	@Test
	void aStackThatOverflowsAtOneValueCostsThatEntryAndTheWatchGoesOn() {
		await().atMost(TIME).until(() -> this.resolver.staleFor().isZero());
		etcd.put("failing/a/" + FailingCodec.DEEP, "{}");
		put(Rig.instance("a", 1));
		await().atMost(TIME).until(() -> this.resolver.instances("a").size() == 1);
		assertThat(this.resolver.instances("a")).containsExactly(Rig.instance("a", 1));
		assertThat(this.rejected).containsExactly("malformed");
		assertThat(this.resyncs).isEmpty();
		assertThat(this.resolver.staleFor()).isZero();
	}

	@Test
	void whateverElseIsThrownEndsTheAttemptSaysSoAndIsTriedAgainUntilItWorks() {
		await().atMost(TIME).until(() -> this.resolver.staleFor().isZero());
		put(Rig.instance("a", 1));
		await().atMost(TIME).until(() -> this.resolver.instances("a").size() == 1);
		FailingCodec.lackMemoryForNames(Integer.MAX_VALUE);
		put(Rig.instance(FailingCodec.NO_MEMORY_FOR_NAME, 1));
		await().atMost(TIME).until(() -> this.resolver.layouts().get(0).problem() != null);
		assertThat(this.resolver.layouts().get(0).problem()).hasMessageContaining("OutOfMemoryError: of this codec");
		assertThat(this.resolver.staleFor()).isPositive();
		try (EtcdResolver late = EtcdResolver.create(this.client,
				ResolverOptions.defaults().withLayouts(FailingCodec.LAYOUT))) {
			await().atMost(TIME)
				.untilAsserted(() -> assertThat(late.whyUnread("a")).hasMessageContaining("OutOfMemoryError"));
			assertThat(late.snapshot("a").state()).isEqualTo(State.UNREAD);
			assertThat(this.resolver.instances("a")).hasSize(1);
			FailingCodec.lackMemoryForNames(0);
			await().atMost(TIME).until(() -> late.services().equals(List.of("a", FailingCodec.NO_MEMORY_FOR_NAME)));
		}
		await().atMost(TIME).until(() -> this.resolver.staleFor().isZero());
		assertThat(this.resolver.services()).containsExactly("a", FailingCodec.NO_MEMORY_FOR_NAME);
	}

	private static void put(Instance instance) {
		etcd.put(FailingCodec.LAYOUT.key(instance).strictUtf8(),
				FailingCodec.LAYOUT.codec().value(instance).strictUtf8());
	}

}
