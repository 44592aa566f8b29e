package io.github.etcddiscovery.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.test.binaries.Folders;

/**
 * Starts fresh JVMs while etcd is away, with a snapshot file of 100,000 instances in
 * 1,000 services. The floor is the reading of its bytes by the same JVM; loading it may
 * take 300 ms. When it is served is shown beside that: before it the client is made, and
 * its first call fails.
 */
public final class SnapshotFileBenchmark {

	private static final int SERVICES = 1_000;

	private static final int PER_SERVICE = 100;

	private static final int ROUNDS = 5;

	private SnapshotFileBenchmark() {
	}

	/**
	 * Runs and prints a line for each round.
	 * @param args none
	 * @throws IOException if the file cannot be written or read
	 */
	public static void main(String... args) throws IOException {
		Path folder = Files.createTempDirectory("benchmark");
		Path file = folder.resolve("snapshot");
		try {
			String endpoint = write(file);
			String classPath = CoreClassPath.of(Files.createDirectory(folder.resolve("classes")),
					SnapshotFileStart.class, Loop.class);
			System.out
				.println("raw bytes ms   load ms   served ms   CPU of the resolver's thread ms   bytes an instance");
			for (int round = 0; round < ROUNDS; round++) {
				System.out.println(line(endpoint, classPath, file));
			}
		}
		finally {
			Folders.delete(folder);
		}
	}

	/** Returns where etcd was. */
	private static String write(Path file) {
		try (Fleet fleet = new Fleet(0)) {
			for (int i = 0; i < SERVICES; i++) {
				fleet.fill(FirstSnapshotBenchmark.service(i), PER_SERVICE);
			}
			try (EtcdClient client = fleet.connect();
					EtcdResolver resolver = EtcdResolver.create(client,
							ResolverOptions.defaults().withSnapshotFile(file))) {
				while (!Files.exists(file) || resolver.services().size() < SERVICES) {
					LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
				}
			}
			return fleet.endpoint();
		}
	}

	private static String line(String endpoint, String classPath, Path file) {
		List<String> lines = ChildJvm
			.start(List.of("-Xmx1g"), classPath, SnapshotFileStart.class, endpoint, SERVICES, SERVICES * PER_SERVICE,
					file)
			.lines();
		return String.format(Locale.ROOT, "%12.1f %9.0f %11.0f %33.0f %19.0f",
				FirstSnapshotBenchmark.value(lines, "raw"), FirstSnapshotBenchmark.value(lines, "load"),
				FirstSnapshotBenchmark.value(lines, "served"), FirstSnapshotBenchmark.value(lines, "loop"),
				FirstSnapshotBenchmark.value(lines, "bytes"));
	}

}
