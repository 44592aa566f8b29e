package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.client.EtcdClientSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What becomes of watches where there is no memory for a timer, or for a task. */
class SharedWatchesTests {

	private static final Duration LONG = Duration.ofHours(1);

	private final EtcdClientSettings settings = EtcdClientSettings.of("http://127.0.0.1:1");

	private boolean scarce;

	private final Threads threads = new Threads(new ScheduledThreadPoolExecutor(1) {

		@Override
		public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
			findMemory();
			return super.schedule(task, delay, unit);
		}

	}, System::nanoTime, new StreamScheduleRig.AtOnce() {

		@Override
		public void execute(Runnable task) {
			findMemory();
			super.execute(task);
		}

	});

	private final Connections connections = new Connections(this.settings, (builder) -> {
	}, this.threads, LONG);

	private final Calls calls = new Calls(this.connections, new Login(this.settings, this.connections, this.threads),
			this.threads);

	private final SharedWatches watches = new SharedWatches(this.calls, LONG, Runnable::run);

	private void findMemory() {
		if (this.scarce) {
			throw new InternalError("as a test has it");
		}
	}

	@AfterEach
	void close() {
		this.calls.close();
		this.threads.close();
	}

	@Test
	void aWatchWhoseConfirmationCannotBeTimedEnds() throws InterruptedException {
		Recorder recorder = new Recorder();
		// It begins when this task is over.
		this.watches.context().execute(() -> {
			this.watches.watch(StreamRig.RANGE, 1, recorder);
			this.scarce = true;
		});
		assertThat(recorder.next(Recorder.Ended.class).cause()).hasRootCauseMessage("as a test has it");
	}

	@Test
	void whatCouldNotBeHandedOverRunsBeforeWhatIsHandedOverNext() {
		List<Integer> run = new ArrayList<>();
		this.scarce = true;
		assertThatExceptionOfType(InternalError.class).isThrownBy(() -> this.watches.enter(() -> run.add(1)));
		this.scarce = false;
		this.watches.enter(() -> run.add(2));
		assertThat(run).containsExactly(1, 2);
	}

}
