package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;

/**
 * A process of its own, with little memory, that lists a range some times and keeps
 * nothing.
 */
final class ListingProcess {

	private ListingProcess() {
	}

	/** Returns what it has printed. */
	static String run(String heap, String endpoint, String prefix, int times) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", heap,
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), ListingProcess.class.getName(),
				endpoint, prefix, String.valueOf(times))
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (!process.waitFor(60, TimeUnit.SECONDS)) {
			process.destroyForcibly();
		}
		return printed;
	}

	public static void main(String[] arguments) {
		ScheduledExecutorService owner = Executors.newSingleThreadScheduledExecutor();
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(arguments[0]))) {
			for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
				AtomicInteger whole = new AtomicInteger();
				AtomicInteger oversized = new AtomicInteger();
				client.list(KeyRange.prefix(Bytes.utf8(arguments[1])), false, owner, (page) -> {
					page.entries().forEach((entry) -> (entry.oversized() ? oversized : whole).incrementAndGet());
				}).join();
				System.out.println(whole + " whole, " + oversized + " oversized");
			}
		}
		finally {
			owner.shutdownNow();
		}
	}

}
