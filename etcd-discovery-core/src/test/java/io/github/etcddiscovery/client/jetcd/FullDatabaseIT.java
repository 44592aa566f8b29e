package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * etcd looks whether there is space before it takes a write, and again as it applies it.
 * A write for which there is none at the second look is applied and refused.
 */
class FullDatabaseIT {

	private static final int WRITES = 400;

	private static final Bytes VALUE = Bytes.of(new byte[60_000]);

	@Test
	@Tag("long")
	void aWriteThatIsRefusedForSpaceCanStandAllTheSame() throws Exception {
		// With a batch for each write, the size has grown at the second look; else it
		// grows every 100 ms, and whether a write is between its looks then is chance.
		EtcdSettings small = EtcdSettings.defaults()
			.withFlag("quota-backend-bytes", String.valueOf(12 << 20))
			.withFlag("backend-batch-limit", "1");
		try (EtcdCluster etcd = EtcdCluster.create(small).start();
				EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()))) {
			long lease = client.grant(Duration.ofMinutes(5)).get(10, TimeUnit.SECONDS).id();
			List<CompletableFuture<Kind>> ends = IntStream.range(0, WRITES)
				.mapToObj((number) -> client.commit(new Write.Put(key(number), VALUE, lease, 0)))
				.map(FullDatabaseIT::kind)
				.toList();
			int standing = 0;
			for (int number = 0; number < WRITES; number++) {
				if (ends.get(number).get(20, TimeUnit.SECONDS) == Kind.NO_SPACE) {
					standing += client.read(List.of(key(number))).get(10, TimeUnit.SECONDS).entries().size();
				}
			}
			assertThat(standing).as("writes that were refused and stand").isPositive();
			assertThat(Kind.NO_SPACE.certainlyNotApplied()).isFalse();
		}
	}

	private static Bytes key(int number) {
		return Bytes.utf8("full/" + number);
	}

	/** CLOSED stands for an end that is none: the write was answered. */
	private static CompletableFuture<Kind> kind(CompletableFuture<Committed> write) {
		return write.handle((committed, failure) -> (failure != null)
				? EtcdDiscoveryException.of("write", failure).kind() : Kind.CLOSED);
	}

}
