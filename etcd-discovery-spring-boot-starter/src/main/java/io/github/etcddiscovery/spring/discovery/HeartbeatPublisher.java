package io.github.etcddiscovery.spring.discovery;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.resolver.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes a {@link HeartbeatEvent} when something has changed, and only then: gateways
 * rebuild their routes on each. Changes within 200 ms make one event, whose value is the
 * revision of the last. Not part of the API that users write against; may change.
 */
public final class HeartbeatPublisher implements SmartLifecycle {

	private static final long COALESCE_MS = 200;

	private static final Logger log = LoggerFactory.getLogger(HeartbeatPublisher.class);

	private static final Executor LATER = CompletableFuture.delayedExecutor(COALESCE_MS, TimeUnit.MILLISECONDS);

	private final EtcdResolver resolver;

	private final ApplicationEventPublisher publisher;

	private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

	private final AtomicBoolean pending = new AtomicBoolean();

	private final AtomicLong revision = new AtomicLong();

	private final AtomicLong value = new AtomicLong();

	/**
	 * What was told of each service: a service that is read for the first time, and has
	 * no instances, is no change.
	 */
	private final Map<String, List<Instance>> told = new ConcurrentHashMap<>();

	/**
	 * Creates the publisher; nothing happens before {@link #start()}.
	 * @param resolver core's resolver, which stays the caller's to close
	 * @param publisher where events are published
	 */
	public HeartbeatPublisher(EtcdResolver resolver, ApplicationEventPublisher publisher) {
		this.resolver = resolver;
		this.publisher = publisher;
	}

	@Override
	public void start() {
		if (!isRunning()) {
			this.subscription.set(this.resolver.subscribeAll(this::changed));
			// What was read before now has been told to nobody.
			this.resolver.snapshots().stream().filter((known) -> !known.instances().isEmpty()).forEach(this::changed);
		}
	}

	private void changed(ServiceSnapshot snapshot) {
		List<Instance> before = snapshot.instances().isEmpty() ? this.told.remove(snapshot.service())
				: this.told.put(snapshot.service(), snapshot.instances());
		if (snapshot.instances().equals((before != null) ? before : List.of())) {
			return;
		}
		this.revision.set(snapshot.revision());
		if (this.pending.compareAndSet(false, true)) {
			LATER.execute(this::publish);
		}
	}

	private void publish() {
		this.pending.set(false);
		if (!isRunning()) {
			return;
		}
		try {
			this.publisher.publishEvent(new HeartbeatEvent(this, nextValue()));
		}
		catch (RuntimeException ex) {
			log.warn("A listener failed on the heartbeat of revision {}", this.revision.get(), ex);
		}
	}

	/**
	 * The revision, but never the last value again: listeners take an equal one for no
	 * change.
	 */
	private long nextValue() {
		return this.value.updateAndGet((last) -> (this.revision.get() != last) ? this.revision.get() : last + 1);
	}

	@Override
	public void stop() {
		Subscription ended = this.subscription.getAndSet(null);
		if (ended != null) {
			ended.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.subscription.get() != null;
	}

	/** Early, so that what is found while the application starts is told too. */
	@Override
	public int getPhase() {
		return 0;
	}

}
