package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.loop.ManualScheduler;

/** What schedules of streams share: one client, on one thread, without a network. */
final class StreamScheduleRig implements AutoCloseable {

	final ManualScheduler time = new ManualScheduler();

	final ScriptedEtcd etcd = new ScriptedEtcd(this.time::now);

	private final EtcdClientSettings settings = EtcdClientSettings.of("http://127.0.0.1:1");

	private final Threads threads = new Threads(this.time.executor(), this.time::now, new AtOnce());

	private final Connections connections = new Connections(this.settings, (builder) -> builder.interceptor(this.etcd),
			this.threads, Duration.ofDays(365_000));

	private final Calls calls = new Calls(this.connections, new Login(this.settings, this.connections, this.threads),
			this.threads);

	SharedWatches watches(Executor owner) {
		this.etcd.clear();
		return new SharedWatches(this.calls, Duration.ofSeconds(3), owner);
	}

	/** Some other call was answered, so that the connection is not replaced. */
	void answered() {
		this.connections.note(this.connections.current(), null);
	}

	@Override
	public void close() {
		this.calls.close();
		this.threads.close();
	}

	/** Runs everything where it is handed over. */
	static class AtOnce extends AbstractExecutorService {

		@Override
		public void execute(Runnable task) {
			task.run();
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
			return true;
		}

	}

}
