package io.github.etcddiscovery.resolver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.file.Saved;
import io.github.etcddiscovery.file.SavedInstance;
import io.github.etcddiscovery.file.SavedRange;
import io.github.etcddiscovery.file.SnapshotFile;
import io.github.etcddiscovery.loop.Workers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/** On which threads a snapshot file is read and written, and who waits for that. */
class SnapshotFileThreadsTests {

	private static final SavedRange ALL = new SavedRange(0, null);

	@TempDir
	Path folder;

	private final Rig rig = new Rig();

	private Path file() {
		return this.folder.resolve("snapshot");
	}

	private ResolverOptions kept(ResolverOptions options) {
		return options.withSnapshotFile(file());
	}

	@Test
	void nothingIsReadOrWrittenOnTheThreadOfTheLoop() {
		this.rig.put(instance("a", 1));
		HeldBack workers = new HeldBack();
		this.rig.start(this::kept, Workers.on(workers));
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(workers.tasks).as("what reads").hasSize(1);
		workers.runAll();
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(file()).doesNotExist();
		assertThat(workers.tasks).as("what writes, one at a time").hasSize(1);
		workers.runAll();
		assertThat(file()).exists();
	}

	@Test
	void whatIsFollowedNoMoreWhenItIsWrittenIsNotWrittenAsIfItWereGone() {
		UnaryOperator<ResolverOptions> byService = (options) -> kept(options).withScope(Scope.SERVICE);
		this.rig.put(instance("a", 1));
		HeldBack workers = new HeldBack();
		this.rig.start(byService, Workers.on(workers));
		this.rig.run();
		workers.runAll();
		this.rig.resolver.snapshot("a");
		this.rig.advance(Duration.ofSeconds(10));
		assertThat(workers.tasks).as("what writes").hasSize(1);
		this.rig.advance(Duration.ofMinutes(15));
		assertThat(this.rig.services().get("a")).as("is followed no more").isNull();
		workers.runAll();
		assertThat(SnapshotFile.of(file())
			.load(LastKnown.describe(List.of("http://model:2379"), byService.apply(ResolverOptions.defaults())))
			.ranges()
			.get(new SavedRange(0, "a"))).hasSize(1);
	}

	@Test
	void whatChangesWhileItIsWrittenIsWrittenOnClose() throws InterruptedException {
		HeldBack workers = new HeldBack();
		this.rig.start(this::kept, Workers.on(workers));
		this.rig.run();
		workers.runAll();
		this.rig.advance(Duration.ofSeconds(10));
		assertThat(workers.tasks).as("what writes").hasSize(1);
		this.rig.put(instance("a", 1));
		this.rig.run();
		Thread closing = new Thread(this.rig.resolver::close, "closing");
		closing.start();
		Awaitility.await().until(() -> {
			this.rig.run();
			return workers.tasks.size() > 1;
		});
		workers.runAll();
		closing.join(TimeUnit.SECONDS.toMillis(20));
		assertThat(SnapshotFile.of(file())
			.load(LastKnown.describe(List.of("http://model:2379"), kept(ResolverOptions.defaults())))
			.ranges()
			.get(ALL)).hasSize(1);
	}

	@Test
	void closeWaitsForADiskForAMomentOnly() throws InterruptedException {
		HeldBack workers = new HeldBack();
		this.rig.start(this::kept, Workers.on(workers));
		this.rig.run();
		workers.runAll();
		this.rig.run();
		Thread closing = new Thread(this.rig.resolver::close, "closing");
		closing.start();
		Awaitility.await().until(() -> {
			this.rig.run();
			return !workers.tasks.isEmpty();
		});
		closing.join(TimeUnit.SECONDS.toMillis(20));
		assertThat(closing.isAlive()).isFalse();
		assertThat(file()).doesNotExist();
	}

	@Test
	void aFileThatIsReadLateIsServedThen() {
		this.rig.put(instance("a", 1));
		this.rig.start(this::kept);
		this.rig.run();
		close(this.rig);
		Rig later = new Rig();
		later.etcd.down();
		HeldBack workers = new HeldBack();
		later.start(this::kept, Workers.on(workers));
		later.advance(Duration.ofMinutes(1));
		assertThat(later.hosts("a")).isEmpty();
		workers.runAll();
		later.run();
		assertThat(later.hosts("a")).hasSize(1);
	}

	/** Nobody listens on port 1. */
	@Test
	void aRealResolverServesItAtOnce() throws Exception {
		Instance instance = instance("a", 1);
		UnaryOperator<ResolverOptions> options = this::kept;
		SnapshotFile.of(file())
			.write(LastKnown.describe(List.of("http://127.0.0.1:1"), options.apply(ResolverOptions.defaults())),
					new Saved(Duration.ZERO,
							Map.of(ALL, List.of(new SavedInstance(Rig.KITEX.key(instance), instance, 1, 1)))));
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of("http://127.0.0.1:1"));
				EtcdResolver resolver = EtcdResolver.create(client, options.apply(ResolverOptions.defaults()))) {
			assertThat(resolver.instances("a")).containsExactly(instance);
			assertThat(resolver.whenRead("a").toCompletableFuture().get(5, TimeUnit.SECONDS).instances()).hasSize(1);
		}
	}

	/**
	 * Whoever closes waits until the loop has seen to it, so it is closed by another
	 * thread.
	 */
	static void close(Rig rig) {
		Thread closing = new Thread(rig.resolver::close, "closing");
		closing.start();
		while (closing.isAlive()) {
			rig.run();
			Thread.onSpinWait();
		}
	}

	/** Threads that have not begun. */
	private static final class HeldBack extends AbstractExecutorService {

		private final List<Runnable> tasks = new ArrayList<>();

		void runAll() {
			List<Runnable> now = List.copyOf(this.tasks);
			this.tasks.clear();
			now.forEach(Runnable::run);
		}

		@Override
		public void execute(Runnable task) {
			this.tasks.add(task);
		}

		@Override
		public void shutdown() {
		}

		@Override
		public List<Runnable> shutdownNow() {
			return List.of();
		}

		@Override
		public boolean isShutdown() {
			return false;
		}

		@Override
		public boolean isTerminated() {
			return false;
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) {
			return false;
		}

	}

}
