package io.github.etcddiscovery.resolver;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.loop.Workers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber: called by one thread at a time, with the newest snapshot of each
 * service that it has not been told of yet.
 */
final class Subscriber {

	private static final Logger logger = LoggerFactory.getLogger(EtcdResolver.class);

	private final Consumer<ServiceSnapshot> target;

	private final Workers workers;

	private final ConcurrentHashMap<String, ServiceSnapshot> pending = new ConcurrentHashMap<>();

	private final AtomicBoolean running = new AtomicBoolean();

	private volatile boolean closed;

	Subscriber(Consumer<ServiceSnapshot> target, Workers workers) {
		this.target = target;
		this.workers = workers;
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

	/** Where there is no thread now, the next snapshot tries again. */
	private void begin() {
		if (this.running.compareAndSet(false, true)) {
			boolean handedOver = false;
			try {
				this.workers.execute(this::run);
				handedOver = true;
			}
			finally {
				if (!handedOver) {
					this.running.set(false);
				}
			}
		}
	}

	private void run() {
		try {
			for (String service : this.pending.keySet()) {
				ServiceSnapshot snapshot = this.pending.remove(service);
				if (snapshot != null && !this.closed) {
					tell(snapshot);
				}
			}
		}
		finally {
			this.running.set(false);
		}
		if (!this.pending.isEmpty() && !this.closed) {
			begin();
		}
	}

	private void tell(ServiceSnapshot snapshot) {
		try {
			this.target.accept(snapshot);
		}
		// Everything: Kotlin throws checked exceptions too.
		catch (Throwable ex) {
			logger.warn("A subscriber to {} failed; it will be told the next change all the same",
					Bytes.utf8(snapshot.service()), ex);
		}
	}

}
