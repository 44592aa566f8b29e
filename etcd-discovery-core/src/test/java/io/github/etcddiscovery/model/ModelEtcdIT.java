package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.test.EtcdCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The model answers as a real etcd does: what is proved on it is worth something.
 */
class ModelEtcdIT {

	private static final int STEPS = 250;

	private static EtcdCluster etcd;

	@BeforeAll
	static void startEtcd() {
		etcd = EtcdCluster.single();
	}

	@AfterAll
	static void stopEtcd() {
		etcd.close();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6 })
	void theSameOperationsHaveTheSameAnswers(long seed) {
		new Script(seed).play();
	}

	private static final class Script {

		private final Random random;

		private final String prefix;

		private final KeyRange range;

		private final ManualScheduler scheduler = new ManualScheduler();

		private final ModelEtcd model = new ModelEtcd(this.scheduler);

		private final Side modelled;

		private final Side real;

		private int leases;

		private long compacted;

		Script(long seed) {
			this.random = new Random(seed);
			this.prefix = "seed" + seed + "/";
			this.range = KeyRange.prefix(Bytes.utf8(this.prefix));
			EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));
			this.real = new Side(client, etcd::compact, () -> {
			}, etcd.revision());
			this.modelled = new Side(this.model.connect(), this.model::compact, this.scheduler::runReady,
					this.model.revision());
		}

		void play() {
			try {
				for (int i = 0; i < STEPS; i++) {
					step(i, this.random.nextInt(20));
				}
				awaitSameStreams();
			}
			finally {
				this.real.close();
				this.modelled.close();
			}
		}

		private void awaitSameStreams() {
			await().atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(this.real.told()).as(this.prefix).isEqualTo(this.modelled.told()));
		}

		private void step(int number, int kind) {
			switch (kind) {
				case 0, 1 -> grant(number);
				case 2, 3, 4, 5, 6, 7 -> put(number);
				case 8, 9 -> delete(number);
				case 10 -> same(number, "renew", lease(), Side::renew);
				case 11 -> same(number, "timeToLive", lease(), Side::timeToLive);
				case 12 -> same(number, "revoke", lease(), Side::revoke);
				case 13, 14 -> both(number, "list", (side) -> side.list(this.range));
				case 15 -> both(number, "listKeys", (side) -> side.listKeys(this.range));
				case 16 -> both(number, "probe", (side) -> side.probe(this.range));
				case 17, 18 -> watch();
				default -> compact(number);
			}
		}

		private void grant(int number) {
			Duration ttl = Duration.ofSeconds(60 + this.random.nextInt(60));
			both(number, "grant " + ttl, (side) -> side.grant(ttl));
			this.leases++;
		}

		private void put(int number) {
			String key = key();
			int lease = lease();
			long expected = expected(key);
			both(number, "put " + key + " lease " + lease + " expecting " + expected,
					(side) -> side.put(key, "v" + number, lease, expected));
		}

		private void delete(int number) {
			String key = key();
			long expected = expected(key);
			both(number, "delete " + key + " expecting " + expected, (side) -> side.delete(key, expected));
		}

		/** Mostly the right revision, else none or an old one. */
		private long expected(String key) {
			long present = this.model.entries()
				.stream()
				.filter((entry) -> entry.key().equals(Bytes.utf8(key)))
				.mapToLong((entry) -> entry.modRevision() - 1)
				.findFirst()
				.orElse(0);
			return switch (this.random.nextInt(5)) {
				case 0 -> 0;
				case 1 -> 1 + this.random.nextInt(20);
				default -> present;
			};
		}

		private void watch() {
			long present = this.model.revision() - 1;
			long from = Math.max(1, present + 2 - this.random.nextInt(30));
			this.modelled.watch(this.range, from);
			this.real.watch(this.range, from);
			// Opened in the background: what comes next must not overtake it.
			await().atMost(Duration.ofSeconds(10))
				.pollInterval(Duration.ofMillis(5))
				.until(() -> this.real.told().stream().noneMatch(List::isEmpty));
		}

		private void compact(int number) {
			long present = this.model.revision() - 1;
			if (present > this.compacted && this.random.nextBoolean()) {
				this.compacted += 1 + this.random.nextLong(present - this.compacted);
				long revision = this.compacted;
				// A real one reads history some 100 ms later: not from under its feet.
				awaitSameStreams();
				both(number, "compact " + revision, (side) -> side.compact(revision));
			}
		}

		private String key() {
			return this.prefix + this.random.nextInt(6);
		}

		/** One of those granted, or, now and then, none. */
		private int lease() {
			return this.random.nextInt(this.leases + 1);
		}

		private void same(int number, String what, int lease, BiFunction<Side, Integer, String> call) {
			both(number, what + " " + lease, (side) -> call.apply(side, lease));
		}

		private void both(int number, String what, Function<Side, String> call) {
			assertThat(call.apply(this.real)).as("%s step %d: %s", this.prefix, number, what)
				.isEqualTo(call.apply(this.modelled));
		}

	}

}
