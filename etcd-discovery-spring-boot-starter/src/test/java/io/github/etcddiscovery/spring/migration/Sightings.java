package io.github.etcddiscovery.spring.migration;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;

/** What a program sees that knows one format only, and looks all the time. */
final class Sightings implements AutoCloseable {

	private final EtcdClient etcd;

	private final KeyRange range;

	private final AtomicInteger fewest = new AtomicInteger(Integer.MAX_VALUE);

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

	/** Begins to look for keys that begin with a text. */
	Sightings(EtcdClient etcd, String start) {
		this.etcd = etcd;
		this.range = KeyRange.prefix(Bytes.utf8(start));
		this.thread.scheduleWithFixedDelay(() -> this.fewest.accumulateAndGet(now(), Math::min), 0, 10,
				TimeUnit.MILLISECONDS);
	}

	/** Returns how many there are now. */
	int now() {
		AtomicInteger found = new AtomicInteger();
		this.etcd
			.list(this.range, true, Runnable::run,
					(page) -> found.updateAndGet((before) -> page.entries().size() + (page.first() ? 0 : before)))
			.join();
		return found.get();
	}

	/** Returns the fewest there have ever been. */
	int fewest() {
		return this.fewest.get();
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
	}

}
