package io.github.etcddiscovery.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;

/**
 * Writes 2,000 changes a second of a service of 10,000 for half a minute, and measures
 * how old an unrelated service is in a resolver with a heap of 160 MB, beside a bare
 * watch that looks at every event; each of the three has a JVM of its own. At the 99th
 * percentile the resolver may be 250 ms older, and {@code staleFor} + 500 ms must never
 * be less than the time for which a change was in etcd and did not show. Ages count after
 * 5 s.
 */
public final class PressureBenchmark {

	private static final int SIZE = 10_000;

	/** Of both nothing is compiled in the beginning. */
	private static final long WARM_UP = TimeUnit.SECONDS.toMicros(5);

	private static final double MILLIS = 1_000;

	private final List<String[]> reader;

	private final List<String[]> watch;

	private final List<String[]> writer;

	private PressureBenchmark(List<String> reader, List<String> watch, List<String> writer) {
		this.reader = fields(reader);
		this.watch = fields(watch);
		this.writer = fields(writer);
	}

	private static List<String[]> fields(List<String> lines) {
		return lines.stream().map((line) -> line.split(" ")).toList();
	}

	/**
	 * Runs and prints a table.
	 * @param args changes a second (2,000) and seconds (30), both optional
	 */
	public static void main(String... args) {
		int rate = (args.length > 0) ? Integer.parseInt(args[0]) : 2_000;
		int seconds = (args.length > 1) ? Integer.parseInt(args[1]) : 30;
		try (Fleet fleet = new Fleet(SIZE)) {
			fleet.fill(Beat.SERVICE, 1);
			ChildJvm reader = ChildJvm.start(List.of("-Xmx160m"), PressureReader.class, fleet.endpoint(), seconds);
			ChildJvm watch = ChildJvm.start(List.of("-Xmx160m"), PressureWatch.class, fleet.endpoint(), seconds);
			ChildJvm writer = ChildJvm.start(List.of(), PressureWriter.class, fleet.endpoint(), seconds, rate, SIZE);
			reader.await(Beat.READY);
			watch.await(Beat.READY);
			writer.await(Beat.READY);
			long start = Beat.now() + TimeUnit.SECONDS.toMicros(1);
			List.of(reader, watch, writer).forEach((jvm) -> jvm.tell(start));
			CompletableFuture<List<String>> read = CompletableFuture.supplyAsync(reader::lines, OWN_THREADS);
			CompletableFuture<List<String>> written = CompletableFuture.supplyAsync(writer::lines, OWN_THREADS);
			CompletableFuture<List<String>> watched = CompletableFuture.supplyAsync(watch::lines, OWN_THREADS);
			new PressureBenchmark(read.join(), watched.join(), written.join()).print(start + WARM_UP);
		}
	}

	private void print(long from) {
		long[] resolver = sorted(this.reader, "s", from, 3);
		long[] watch = sorted(this.watch, "w", from, 2);
		System.out.println("age, ms           p50      p99      max");
		System.out.println(line("bare watch", watch));
		System.out.println(line("resolver", resolver));
		System.out.println(String.format(Locale.ROOT, "resolver - bare watch at p99: %.0f ms",
				(at(resolver, 0.99) - at(watch, 0.99)) / MILLIS));
		System.out
			.println(String.format(Locale.ROOT, "staleFor is below the truth by at most %.0f ms, its max is %.0f ms",
					below() / MILLIS, at(sorted(this.reader, "s", 0, 4), 1) / MILLIS));
		System.out.println(String.format(Locale.ROOT, "samples: %d taken, %d dropped", count(this.reader, "s"),
				count(this.reader, "dropped")));
		Stream.concat(this.writer.stream(), this.watch.stream())
			.filter((fields) -> List.of("rate", "events").contains(fields[0]))
			.forEach((fields) -> System.out.println(String.join(" ", fields)));
	}

	private static long count(List<String[]> lines, String kind) {
		return lines.stream().filter((fields) -> fields[0].equals(kind)).count();
	}

	/** By how much a change had been in etcd for longer than was said. */
	private long below() {
		Map<Integer, Long> committed = this.writer.stream()
			.filter((fields) -> fields[0].equals("c"))
			.collect(Collectors.toMap((fields) -> Integer.valueOf(fields[1]), (fields) -> Long.valueOf(fields[2])));
		return this.reader.stream().filter((fields) -> fields[0].equals("s")).mapToLong((fields) -> {
			long now = Long.parseLong(fields[1]);
			long since = committed.getOrDefault(Integer.valueOf(fields[2]), now);
			return Math.max(0, now - since) - Long.parseLong(fields[4]);
		}).max().orElse(0);
	}

	private static long[] sorted(List<String[]> lines, String kind, long from, int field) {
		return lines.stream()
			.filter((fields) -> fields[0].equals(kind) && Long.parseLong(fields[1]) >= from)
			.mapToLong((fields) -> Long.parseLong(fields[field]))
			.sorted()
			.toArray();
	}

	private static String line(String name, long[] sorted) {
		return String.format(Locale.ROOT, "%-12s %8.0f %8.0f %8.0f", name, at(sorted, 0.5) / MILLIS,
				at(sorted, 0.99) / MILLIS, at(sorted, 1) / MILLIS);
	}

	private static long at(long[] sorted, double part) {
		return sorted[(int) Math.ceil(part * sorted.length) - 1];
	}

}
