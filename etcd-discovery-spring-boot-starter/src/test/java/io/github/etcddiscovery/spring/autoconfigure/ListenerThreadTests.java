package io.github.etcddiscovery.spring.autoconfigure;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class ListenerThreadTests {

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final ScheduledExecutorService executor = ListenerThread.of("listener", this.context);

	@AfterEach
	void close() {
		this.executor.shutdownNow();
	}

	@Test
	void isADaemonWithTheLoaderOfTheApplication() throws Exception {
		ClassLoader loader = new ClassLoader(getClass().getClassLoader()) {
		};
		this.context.setClassLoader(loader);
		Thread thread = CompletableFuture.supplyAsync(Thread::currentThread, this.executor).get(5, TimeUnit.SECONDS);
		assertThat(thread.isDaemon()).isTrue();
		assertThat(thread.getName()).isEqualTo("listener");
		assertThat(thread.getContextClassLoader()).isSameAs(loader);
	}

	@Test
	void whatIsDueStillRunsAfterTheEndWhatIsDelayedDoesNotAndMoreIsDropped() throws Exception {
		List<String> ran = new CopyOnWriteArrayList<>();
		CountDownLatch release = new CountDownLatch(1);
		this.executor.execute(() -> await(release));
		this.executor.execute(() -> ran.add("due"));
		this.executor.schedule(() -> ran.add("delayed"), 1, TimeUnit.MINUTES);
		this.executor.shutdown();
		this.executor.execute(() -> ran.add("late"));
		release.countDown();
		assertThat(this.executor.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
		assertThat(ran).containsExactly("due");
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
