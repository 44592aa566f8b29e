package io.github.etcddiscovery.benchmarks;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.file.Saved;
import io.github.etcddiscovery.file.SnapshotFile;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;

import static java.util.Objects.requireNonNull;

/**
 * Of {@link SnapshotFileBenchmark} a fresh JVM: reads the bytes of a snapshot file, loads
 * it, and serves it from a resolver whose etcd is away.
 */
final class SnapshotFileStart {

	private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

	private static final double MILLIS = MILLI;

	private static final int BEFORE_TEXT = "etcd-discovery snapshot".length() + 1 + Long.BYTES;

	private SnapshotFileStart() {
	}

	/**
	 * Runs.
	 * @param args endpoint, services, instances, file
	 * @throws IOException if there is no such file
	 */
	public static void main(String... args) throws IOException {
		int services = Integer.parseInt(args[1]);
		int instances = Integer.parseInt(args[2]);
		Path file = Path.of(args[3]);
		long begun = System.nanoTime();
		int size = Files.readAllBytes(file).length;
		print("raw", System.nanoTime() - begun);
		begun = System.nanoTime();
		Saved saved = requireNonNull(SnapshotFile.of(file).load(textOf(file)));
		print("load", System.nanoTime() - begun);
		check(saved.ranges().values().iterator().next().size(), instances);
		begun = System.nanoTime();
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(args[0]));
				EtcdResolver resolver = EtcdResolver.create(client,
						ResolverOptions.defaults().withSnapshotFile(file))) {
			while (resolver.services().size() < services) {
				LockSupport.parkNanos(MILLI);
			}
			print("served", System.nanoTime() - begun);
			print("loop", Loop.ofResolvers().nanos());
			check(resolver.services().stream().mapToInt((service) -> resolver.instances(service).size()).sum(),
					instances);
		}
		System.out.println("bytes " + size / instances);
	}

	/** What the file is of stands in it. */
	private static String textOf(Path file) throws IOException {
		try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
			in.skipNBytes(BEFORE_TEXT);
			return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
		}
	}

	private static void print(String name, long nanos) {
		System.out.println(name + String.format(Locale.ROOT, " %.1f", nanos / MILLIS));
	}

	private static void check(int found, int instances) {
		if (found != instances) {
			throw new IllegalStateException(found + " instances instead of " + instances);
		}
	}

}
