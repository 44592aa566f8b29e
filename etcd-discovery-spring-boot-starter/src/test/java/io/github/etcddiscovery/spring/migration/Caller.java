package io.github.etcddiscovery.spring.migration;

import java.time.Duration;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.spring.BalancedRestClient;
import io.github.etcddiscovery.spring.TestApplication;
import org.awaitility.Awaitility;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.client.RestClient;

/** An application that calls another one all the time, without retries. */
final class Caller implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

	private final AtomicInteger served = new AtomicInteger();

	private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

	/** Starts the application; the calls begin when it knows somebody to call. */
	Caller(TestApplication application) {
		this.context = application.and(BalancedRestClient.class).run();
		RestClient client = this.context.getBean(RestClient.class);
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> !this.context.getBean(org.springframework.cloud.client.discovery.DiscoveryClient.class)
				.getInstances("echo")
				.isEmpty());
		this.thread.scheduleWithFixedDelay(() -> call(client), 0, 2, TimeUnit.MILLISECONDS);
	}

	private void call(RestClient client) {
		try {
			client.get().uri("http://echo/hello").retrieve().body(String.class);
			this.served.incrementAndGet();
		}
		catch (RuntimeException ex) {
			this.failures.add(ex);
		}
	}

	/** Waits until the calls since now are many. */
	void callsOn() {
		int before = this.served.get();
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> this.served.get() > before + 50);
	}

	Collection<RuntimeException> failures() {
		return this.failures;
	}

	@Override
	public void close() {
		this.thread.shutdown();
		try {
			if (!this.thread.awaitTermination(10, TimeUnit.SECONDS)) {
				throw new AssertionError("the last call has no end");
			}
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
		this.context.close();
	}

}
