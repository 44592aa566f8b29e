package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.Workers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber: called by one thread at a time, with the newest snapshot of each
 * service that it has not been told of yet. Where there is no thread to call it, that is
 * tried again until there is one.
 */
final class Subscriber {

	private static final Logger logger = LoggerFactory.getLogger(EtcdResolver.class);

	private static final Duration AGAIN = Duration.ofSeconds(1);

	private final Consumer<ServiceSnapshot> target;

	private final Workers workers;

	private final EventLoop loop;

	private final ConcurrentHashMap<String, ServiceSnapshot> pending = new ConcurrentHashMap<>();

	/** Whether a worker is about to take what is pending. */
	private final AtomicBoolean running = new AtomicBoolean();

	private volatile boolean closed;

	Subscriber(Consumer<ServiceSnapshot> target, Workers workers, EventLoop loop) {
		this.target = target;
		this.workers = workers;
		this.loop = loop;
	}

	/** Hands a snapshot over. Called by one thread, in the order of the snapshots. */
	void offer(ServiceSnapshot snapshot) {
		if (!this.closed) {
			this.pending.put(snapshot.service(), snapshot);
			begin();
		}
	}

	void close() {
		this.closed = true;
		this.pending.clear();
	}

	private void begin() {
		if (!this.pending.isEmpty() && this.running.compareAndSet(false, true)) {
			try {
				this.workers.executeOnceThereIsAThread(this::run, this.loop);
			}
			catch (Throwable ex) {
				this.running.set(false);
			}
		}
	}

	private void run() {
		try {
			do {
				this.pending.keySet().forEach(this::tell);
				this.running.set(false);
			}
			while (!this.pending.isEmpty() && this.running.compareAndSet(false, true));
		}
		catch (Throwable ex) {
			// Not of the subscriber, but for want of memory, which may last.
			this.running.set(false);
			beginAgain();
		}
	}

	private void beginAgain() {
		try {
			this.loop.schedule(AGAIN, this::begin);
		}
		catch (Throwable noTimer) {
			this.loop.execute(this::begin);
		}
	}

	private void tell(String service) {
		ServiceSnapshot snapshot = this.pending.remove(service);
		try {
			if (snapshot != null && !this.closed) {
				this.target.accept(snapshot);
			}
		}
		// Everything: Kotlin throws checked exceptions too.
		catch (Throwable ex) {
			logger.warn("A subscriber to {} failed; it will be told the next change all the same", Bytes.utf8(service),
					ex);
		}
	}

}
