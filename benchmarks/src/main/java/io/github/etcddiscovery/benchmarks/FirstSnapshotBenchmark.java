package io.github.etcddiscovery.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.test.binaries.Command;
import io.github.etcddiscovery.test.binaries.Folders;

/**
 * Reads 100,000 instances in 1,000 services: raw by etcd's own Go client, raw by gRPC's
 * stubs, and by resolvers of fresh JVMs from the moment their client is made. The floor
 * is the first read of a fresh Go program (the best of five is printed beside it). The
 * first resolver of a JVM may take 5 times that and 0.3 s, the second one 4 times, and an
 * instance 400 bytes of the heap. Run in the folder of the project, with Go on the
 * {@code PATH}.
 */
public final class FirstSnapshotBenchmark {

	private static final int SERVICES = 1_000;

	private static final int PER_SERVICE = 100;

	private static final int ROUNDS = 3;

	private static final double MILLIS = TimeUnit.MILLISECONDS.toNanos(1);

	private FirstSnapshotBenchmark() {
	}

	static String service(int number) {
		return "service.n" + number;
	}

	/**
	 * Runs and prints a line for each round.
	 * @param args none
	 * @throws IOException if the Go program cannot be built or run
	 */
	public static void main(String... args) throws IOException {
		Path folder = Files.createTempDirectory("benchmark");
		Path rawRead = build(folder);
		try (Fleet fleet = new Fleet(0)) {
			for (int i = 0; i < SERVICES; i++) {
				fleet.fill(service(i), PER_SERVICE);
			}
			String classPath = CoreClassPath.of(Files.createDirectory(folder.resolve("classes")), FirstSnapshot.class,
					Loop.class);
			System.out
				.println("raw Go ms (best)   raw Java ms   first ms (CPU)   second ms (CPU)   third ms (CPU)   first/Go"
						+ "   second/Go   bytes an instance");
			for (int round = 0; round < ROUNDS; round++) {
				System.out.println(line(fleet.endpoint(), rawRead, classPath));
			}
		}
		finally {
			Folders.delete(folder);
		}
	}

	private static Path build(Path folder) throws IOException {
		Path program = folder.resolve("rawread");
		Command.of("go", "build", "-C", "benchmarks/go/rawread", "-o", program.toString(), ".")
			.with("CGO_ENABLED", "0")
			.runOk();
		return program;
	}

	private static String line(String endpoint, Path rawRead, String classPath) throws IOException {
		List<Double> reads = Pattern.compile(" ")
			.splitAsStream(Command.of(rawRead, endpoint, Fleet.LAYOUT.prefix()).runOk().trim())
			.map(Double::valueOf)
			.toList();
		double go = reads.get(0);
		double java = rawJava(endpoint);
		List<String> lines = ChildJvm
			.start(List.of("-Xmx1g"), classPath, FirstSnapshot.class, endpoint, SERVICES, SERVICES * PER_SERVICE)
			.lines();
		double first = value(lines, "first");
		double second = value(lines, "second");
		return String.format(Locale.ROOT,
				"%9.0f (%4.0f) %13.0f %9.0f (%5.0f) %9.0f (%5.0f) %9.0f (%5.0f) %9.2f %11.2f %19.0f", go, reads.get(1),
				java, first, value(lines, "first-cpu"), second, value(lines, "second-cpu"), value(lines, "third"),
				value(lines, "third-cpu"), first / go, second / go, value(lines, "bytes"));
	}

	static double value(List<String> lines, String name) {
		return lines.stream()
			.filter((line) -> line.startsWith(name + " "))
			.mapToDouble((line) -> Double.parseDouble(line.substring(name.length() + 1)))
			.findFirst()
			.orElseThrow();
	}

	/** The best of some, as the Go program has it. */
	private static double rawJava(String endpoint) {
		double best = Double.MAX_VALUE;
		try (RawEtcd etcd = new RawEtcd(endpoint)) {
			for (int i = 0; i < 5; i++) {
				long begun = System.nanoTime();
				etcd.read(KeyRange.prefix(Bytes.utf8(Fleet.LAYOUT.prefix())));
				best = Math.min(best, (System.nanoTime() - begun) / MILLIS);
			}
		}
		return best;
	}

}
