package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Users of the gateway: each registers under a new name and logs in, over and over.
 */
final class Traffic implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(PATIENCE)
		.build();

	private final AtomicLong requests = new AtomicLong();

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	private final CountDownLatch ended = new CountDownLatch(1);

	private final ExecutorService workers = Executors.newCachedThreadPool();

	private final URI gateway;

	private Traffic(URI gateway) {
		this.gateway = gateway;
	}

	/**
	 * Starts traffic that goes on until it is closed.
	 * @param gateway where to
	 * @param users how many at the same time
	 * @param pause what each waits before it registers again
	 * @return the running traffic
	 */
	static Traffic start(URI gateway, int users, Duration pause) {
		Traffic traffic = new Traffic(gateway);
		for (int user = 0; user < users; user++) {
			traffic.workers.execute(() -> traffic.run(pause));
		}
		return traffic;
	}

	private void run(Duration pause) {
		try {
			do {
				registerAndLogin();
			}
			while (!this.ended.await(pause.toMillis(), TimeUnit.MILLISECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void registerAndLogin() {
		String body = "{\"username\":\"" + UUID.randomUUID() + "\",\"password\":\"correct horse\"}";
		if (post("/api/user/register", body)) {
			post("/api/user/login", body);
		}
	}

	/** Whether it succeeded. */
	private boolean post(String path, String body) {
		String outcome = outcome(path, body);
		this.requests.incrementAndGet();
		if (outcome.startsWith("200 {\"code\":0,")) {
			return true;
		}
		this.failures.add(Instant.now() + " " + path + ": " + outcome);
		return false;
	}

	private String outcome(String path, String body) {
		HttpRequest request = HttpRequest.newBuilder(this.gateway.resolve(path))
			.timeout(PATIENCE)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		try {
			HttpResponse<String> response = this.http.send(request, HttpResponse.BodyHandlers.ofString());
			return response.statusCode() + " " + response.body();
		}
		catch (IOException ex) {
			return ex.toString();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return ex.toString();
		}
	}

	/**
	 * Counts requests.
	 * @return how many have ended so far, well or not
	 */
	long requests() {
		return this.requests.get();
	}

	/**
	 * Lets the requests that are under way end, and sends no more.
	 * @return one line per request that did not end with "success"
	 */
	Queue<String> end() {
		this.ended.countDown();
		this.workers.shutdown();
		try {
			if (!this.workers.awaitTermination(2 * PATIENCE.toSeconds() + 5, TimeUnit.SECONDS)) {
				this.failures.add("requests did not end");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.failures;
	}

	@Override
	public void close() {
		end();
	}

}
