package io.github.etcddiscovery.loop;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class EventLoopTests {

	private final EventLoop loop = EventLoop.start("event-loop-under-test");

	@AfterEach
	void closeLoop() {
		this.loop.close();
	}

	@Test
	void runsTasksOneAfterTheOtherOnOneDaemonThread() throws Exception {
		List<Integer> done = new CopyOnWriteArrayList<>();
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		for (int i = 0; i < 100; i++) {
			int number = i;
			this.loop.execute(() -> done.add(number));
		}
		this.loop.execute(() -> thread.complete(Thread.currentThread()));
		assertThat(thread.get(5, TimeUnit.SECONDS).isDaemon()).isTrue();
		assertThat(thread.join().getName()).isEqualTo("event-loop-under-test");
		assertThat(done).hasSize(100).isSorted();
	}

	@Test
	void goesOnAfterATaskThatThrows() throws Exception {
		CompletableFuture<String> next = new CompletableFuture<>();
		this.loop.execute(() -> {
			throw new IllegalStateException("thrown by a test, to be logged");
		});
		this.loop.execute(() -> next.complete("ran"));
		assertThat(next.get(5, TimeUnit.SECONDS)).isEqualTo("ran");
	}

	@Test
	void endsItsThreadOnCloseAndIgnoresWhatComesLater() throws Exception {
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		this.loop.execute(() -> thread.complete(Thread.currentThread()));
		Thread running = thread.get(5, TimeUnit.SECONDS);
		this.loop.close();
		this.loop.close();
		this.loop.execute(() -> thread.obtrudeValue(null));
		assertThat(this.loop.schedule(Duration.ofMillis(1), () -> thread.obtrudeValue(null)))
			.isSameAs(EventLoop.Timer.NONE);
		await().atMost(Duration.ofSeconds(20)).until(() -> !running.isAlive());
		assertThat(thread.join()).isSameAs(running);
	}

}
