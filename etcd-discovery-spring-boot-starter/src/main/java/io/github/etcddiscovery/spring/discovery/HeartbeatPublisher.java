package io.github.etcddiscovery.spring.discovery;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
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
 * revision of the last. All of it happens on one thread. Not part of the API that users
 * write against; may change.
 */
public final class HeartbeatPublisher implements SmartLifecycle, AutoCloseable {

	private static final long COALESCE_MS = 200;

	private static final Logger log = LoggerFactory.getLogger(HeartbeatPublisher.class);

	private final EtcdResolver resolver;

	private final ApplicationEventPublisher publisher;

	private final ScheduledExecutorService thread;

	private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

	/**
	 * What is known of each service: one that is read for the first time, and has no
	 * instances, is no change. One of which only the name is known, because it is not
	 * followed, has an empty list.
	 */
	private final Map<String, List<Instance>> known = new HashMap<>();

	private long revision;

	private long value;

	private boolean untold;

	private boolean scheduled;

	/**
	 * Creates the publisher; nothing happens before {@link #start()}.
	 * @param resolver core's resolver, which stays the caller's to close
	 * @param publisher where events are published
	 * @param thread where everything happens, one thread; ends with this
	 */
	public HeartbeatPublisher(EtcdResolver resolver, ApplicationEventPublisher publisher,
			ScheduledExecutorService thread) {
		this.resolver = resolver;
		this.publisher = publisher;
		this.thread = thread;
	}

	@Override
	public void start() {
		if (!isRunning()) {
			this.subscription
				.set(this.resolver.subscribeAll((snapshot) -> this.thread.execute(() -> changed(snapshot))));
			this.thread.execute(this::catchUp);
		}
	}

	/** What came or went while nothing was subscribed. */
	private void catchUp() {
		Map<String, ServiceSnapshot> now = new HashMap<>();
		this.resolver.snapshots()
			.stream()
			.filter((snapshot) -> snapshot.state() == State.READ || !snapshot.instances().isEmpty())
			.forEach((snapshot) -> now.put(snapshot.service(), snapshot));
		this.known.keySet().forEach((service) -> now.computeIfAbsent(service, this::gone));
		now.values().forEach(this::changed);
		if (this.untold) {
			schedule();
		}
	}

	private ServiceSnapshot gone(String service) {
		return new ServiceSnapshot(service, this.revision, Collections.emptyList(), State.READ);
	}

	/** A service that is not followed is told by its name: UNREAD when it comes. */
	private void changed(ServiceSnapshot snapshot) {
		boolean gone = snapshot.state() == State.READ && snapshot.instances().isEmpty();
		List<Instance> now = gone ? null : snapshot.instances();
		if (Objects.equals(now, this.known.get(snapshot.service()))) {
			return;
		}
		if (now == null) {
			this.known.remove(snapshot.service());
		}
		else {
			this.known.put(snapshot.service(), now);
		}
		this.revision = snapshot.revision();
		this.untold = true;
		schedule();
	}

	private void schedule() {
		if (!this.scheduled) {
			this.scheduled = true;
			this.thread.schedule(this::publish, COALESCE_MS, TimeUnit.MILLISECONDS);
		}
	}

	private void publish() {
		this.scheduled = false;
		if (!isRunning()) {
			return;
		}
		this.untold = false;
		// Never the last value again: listeners take an equal one for no change.
		this.value = (this.revision != this.value) ? this.revision : this.value + 1;
		try {
			this.publisher.publishEvent(new HeartbeatEvent(this, this.value));
		}
		catch (RuntimeException | Error ex) {
			log.warn("A listener failed on the heartbeat of revision {}", this.revision, ex);
		}
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

	/** A web server answers while its context is paused. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public void close() {
		stop();
		this.thread.shutdown();
	}

}
