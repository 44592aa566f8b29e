package io.github.etcddiscovery.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchResponse;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;

/**
 * Of {@link PressureBenchmark} the floor: a watch with nothing behind it that looks at
 * every event of both services, in a JVM that does nothing else. Prints every 10 ms how
 * old what it was told of the quiet service is ({@code w}, time, age in microseconds),
 * and at the end of how many events it was told.
 */
final class PressureWatch {

	private final ByteString quietKey = Fleet.entry(PressureWriter.quiet(0), 0).key();

	private final AtomicLong events = new AtomicLong();

	/** How many changes of the quiet service were told. */
	private final AtomicInteger told = new AtomicInteger();

	private PressureWatch() {
	}

	/**
	 * Runs.
	 * @param args endpoint, seconds
	 */
	public static void main(String... args) {
		PressureWatch watch = new PressureWatch();
		try (RawEtcd etcd = new RawEtcd(args[0])) {
			etcd.watch(KeyRange.prefix(Bytes.utf8(Fleet.LAYOUT.prefix())), watch::changed);
			Beat beat = Beat.whenReady(Integer.parseInt(args[1]));
			beat.sample(() -> {
				int seen = watch.told.get();
				long now = Beat.now();
				System.out.println("w " + now + " " + beat.age(seen, now));
			});
			System.out.println("events " + watch.events.get());
		}
	}

	private void changed(WatchResponse response) {
		for (Event event : response.getEventsList()) {
			this.events.incrementAndGet();
			if (event.getKv().getKey().equals(this.quietKey)) {
				this.told.incrementAndGet();
			}
		}
	}

}
