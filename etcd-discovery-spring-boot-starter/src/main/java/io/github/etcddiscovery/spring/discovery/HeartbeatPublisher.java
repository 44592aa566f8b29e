package io.github.etcddiscovery.spring.discovery;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.ChangeListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes a {@link HeartbeatEvent} when something has changed, and only then: gateways
 * rebuild their routes on each. Changes within 200 ms make one event, whose value is the
 * revision of the last. All of it happens on one thread. Not part of the API that users
 * write against; may change.
 */
public final class HeartbeatPublisher implements ChangeListener {

	private static final long COALESCE_MS = 200;

	private static final Logger log = LoggerFactory.getLogger(HeartbeatPublisher.class);

	private final EtcdResolver resolver;

	private final ApplicationEventPublisher publisher;

	private final Changes changes;

	/**
	 * What is known of each service: one that is read for the first time, and has no
	 * instances, is no change.
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
		this.changes = new Changes(resolver, thread);
	}

	@Override
	public Changes changes() {
		return this.changes;
	}

	@Override
	public void start() {
		if (this.changes.tell(this::changed)) {
			this.changes.run(this::catchUp);
		}
	}

	/** What came or went while nothing was subscribed. */
	private void catchUp() {
		Map<String, ServiceSnapshot> now = new HashMap<>();
		this.resolver.snapshots()
			.stream()
			.filter((snapshot) -> snapshot.state() == ServiceSnapshot.State.READ || !snapshot.instances().isEmpty())
			.forEach((snapshot) -> now.put(snapshot.service(), snapshot));
		this.known.keySet().forEach((service) -> now.computeIfAbsent(service, this::gone));
		now.values().forEach(this::changed);
		if (this.untold) {
			schedule();
		}
	}

	private ServiceSnapshot gone(String service) {
		return new ServiceSnapshot(service, this.revision, Collections.emptyList(), ServiceSnapshot.State.READ);
	}

	private void changed(ServiceSnapshot snapshot) {
		if (isChange(snapshot)) {
			this.revision = snapshot.revision();
			this.untold = true;
			schedule();
		}
	}

	/**
	 * Core tells the name of a service that nobody has asked for by a snapshot that is
	 * unread and empty: it has come, though its instances are not known.
	 */
	private boolean isChange(ServiceSnapshot snapshot) {
		List<Instance> now = snapshot.instances();
		if (now.isEmpty() && snapshot.state() == ServiceSnapshot.State.READ) {
			return this.known.remove(snapshot.service()) != null;
		}
		if (now.isEmpty()) {
			return this.known.putIfAbsent(snapshot.service(), now) == null;
		}
		return !now.equals(this.known.put(snapshot.service(), now));
	}

	private void schedule() {
		if (!this.scheduled) {
			this.scheduled = true;
			this.changes.runAfter(COALESCE_MS, this::publish);
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

}
