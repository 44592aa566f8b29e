package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.test.EtcdCluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A model and a real etcd to which the same is done.
 */
final class TwoSides implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final String name;

	private final ModelEtcd model;

	private final Side modelled;

	private final Side real;

	private int steps;

	TwoSides(String name, EtcdCluster etcd, EtcdClientSettings settings) {
		this(name, etcd, EtcdClient.connect(settings));
	}

	TwoSides(String name, EtcdCluster etcd, EtcdClient client) {
		this.name = name + " on " + etcd.binaries().version();
		ManualScheduler scheduler = new ManualScheduler();
		this.model = new ModelEtcd(scheduler, EtcdVersion.of(etcd.binaries().version()));
		this.modelled = new Side(this.model.connect(), Operator.of(this.model), scheduler.loop(), scheduler::runReady,
				this.model.revision());
		this.real = new Side(client, Operator.of(etcd), EventLoop.start("side"), () -> {
		}, etcd.revision());
	}

	ModelEtcd model() {
		return this.model;
	}

	boolean lives(int lease) {
		return this.model.leases().contains(this.modelled.id(lease));
	}

	/** Does something on both and expects the same answer. */
	void both(String what, Function<Side, String> call) {
		String step = this.name + ", step " + this.steps++ + ": " + what;
		assertThat(call.apply(this.real)).as(step).isEqualTo(call.apply(this.modelled));
	}

	/** Waits until the real one answers again. */
	void awaitTheRealOne(Function<Side, String> call) {
		await().atMost(PATIENCE).until(() -> !call.apply(this.real).startsWith("failed"));
	}

	/** Opened in the background: what comes next must not overtake it. */
	void watch(Function<Side, String> watch) {
		both("watch", watch);
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.real.told().stream().noneMatch(List::isEmpty));
	}

	void awaitTheSameTold() {
		await().atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(5))
			.untilAsserted(() -> assertThat(difference()).as(this.name).isEmpty());
	}

	/** The first watch that was told something else, without what both were told. */
	private String difference() {
		List<List<String>> expected = this.modelled.told();
		List<List<String>> told = this.real.told();
		for (int i = 0; i < expected.size(); i++) {
			if (!expected.get(i).equals(told.get(i))) {
				return "watch %d: the model tells %s, etcd %s".formatted(i, without(expected.get(i), told.get(i)),
						without(told.get(i), expected.get(i)));
			}
		}
		return "";
	}

	private static List<String> without(List<String> lines, List<String> others) {
		List<String> left = new ArrayList<>(lines);
		left.removeAll(others);
		return left.isEmpty() ? lines : left;
	}

	@Override
	public void close() {
		this.real.close();
		this.modelled.close();
	}

}
