package io.github.etcddiscovery.benchmarks;

import java.time.Duration;

import io.github.etcddiscovery.Instance;

/**
 * Of {@link PressureBenchmark} the writer: many changes of a large service, few of a
 * quiet one, as an open loop. Prints when etcd had each change of the quiet one
 * ({@code c}, number, time).
 */
final class PressureWriter {

	private final RawEtcd etcd;

	private final long lease;

	private PressureWriter(RawEtcd etcd) {
		this.etcd = etcd;
		this.lease = etcd.grant(Duration.ofMinutes(30));
	}

	/**
	 * Runs.
	 * @param args endpoint, seconds, changes a second, instances of the large service
	 */
	public static void main(String... args) throws InterruptedException {
		try (RawEtcd etcd = new RawEtcd(args[0])) {
			new PressureWriter(etcd).run(Beat.whenReady(Integer.parseInt(args[1])), Integer.parseInt(args[2]),
					Integer.parseInt(args[3]));
		}
	}

	static Instance quiet(int changes) {
		return Fleet.instance(Beat.SERVICE, 0, Shown.weight(changes) - 1);
	}

	private void run(Beat beat, int rate, int instances) throws InterruptedException {
		Thread loud = new Thread(() -> loud(beat, rate, instances), "loud");
		Thread beating = new Thread(() -> beat(beat), "beat");
		loud.start();
		beating.start();
		loud.join();
		beating.join();
		// The last answers are still to come.
		Beat.sleepUntil(beat.end());
	}

	private void loud(Beat beat, int rate, int instances) {
		Window window = new Window(256);
		int put = 0;
		// Where etcd takes fewer than it should, there are fewer: it does not take
		// longer.
		for (; put < rate * beat.seconds() && Beat.now() < beat.due(beat.changes()); put++) {
			Beat.sleepUntil(beat.start() + put * 1_000_000L / rate);
			RawEtcd.Entry entry = Fleet.entry(Fleet.instance(Fleet.SERVICE, put % instances, Shown.weight(put)),
					this.lease);
			window.send(() -> this.etcd.put(entry));
		}
		window.await();
		System.out.println("rate " + put * 1_000_000L / (Beat.now() - beat.start()));
	}

	private void beat(Beat beat) {
		for (int change = 0; change < beat.changes(); change++) {
			int number = change;
			Beat.sleepUntil(beat.due(change));
			this.etcd.put(Fleet.entry(quiet(change + 1), this.lease))
				.thenRun(() -> System.out.println("c " + number + " " + Beat.now()));
		}
	}

}
