package io.github.etcddiscovery.spring.discovery;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import io.github.etcddiscovery.spring.ChangeListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes a {@link HeartbeatEvent} when something has changed, and only then: gateways
 * rebuild their routes on each. Changes within 200 ms make one event, whose value is the
 * highest of their revisions, or one more than the last value where that is not lower.
 * That lookups were answered without a service, or with a part of it, and are no more, is
 * told as well: at once, and then after 1 s, twice as long each time, up to 30 s, until
 * it has been quiet for that long. All of it happens on one thread. Not part of the API
 * that users write against; may change.
 */
public final class HeartbeatPublisher implements ChangeListener {

	private static final long COALESCE_MS = 200;

	/** Between events that tell of a better or worse answer only, and then doubling. */
	private static final long SHORTEST_PAUSE_MS = 1_000;

	private static final long LONGEST_PAUSE_MS = 30_000;

	private static final Logger log = LoggerFactory.getLogger(HeartbeatPublisher.class);

	private final EtcdResolver resolver;

	private final ApplicationEventPublisher publisher;

	private final Changes changes;

	/**
	 * What is known of each service: one that is read for the first time, and has no
	 * instances, is no change. No instances are kept: nobody tells when core has
	 * forgotten them.
	 */
	private final Map<String, Known> known = new HashMap<>();

	private long revision;

	private long value;

	private boolean untold;

	private boolean scheduled;

	private Telling telling = Telling.AT_ONCE;

	private long pauseMs = SHORTEST_PAUSE_MS;

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
		if (this.changes.subscribe(this::changed)) {
			this.resolver.whenServices().thenAccept((names) -> this.changes.execute(() -> catchUp(names)));
		}
	}

	/**
	 * What came or went while nothing was subscribed.
	 * @param names the names of all services, also of those that are not followed
	 */
	private void catchUp(List<String> names) {
		Map<String, ServiceSnapshot> now = new HashMap<>();
		this.resolver.snapshots()
			.stream()
			.filter((snapshot) -> snapshot.state() == State.READ || !snapshot.instances().isEmpty())
			.forEach((snapshot) -> now.put(snapshot.service(), snapshot));
		Set<String> standing = Set.copyOf(names);
		standing.stream()
			.filter((service) -> !this.known.containsKey(service))
			.forEach((service) -> now.computeIfAbsent(service, (name) -> empty(name, State.UNREAD)));
		this.known.keySet()
			.stream()
			.filter((service) -> !standing.contains(service))
			.forEach((service) -> now.computeIfAbsent(service, (name) -> empty(name, State.READ)));
		now.values().forEach(this::changed);
		if (this.untold) {
			schedule();
		}
	}

	private ServiceSnapshot empty(String service, State state) {
		return new ServiceSnapshot(service, this.revision, Collections.emptyList(), state);
	}

	void changed(ServiceSnapshot snapshot) {
		Known before = this.known.get(snapshot.service());
		Known now = Known.of(snapshot, before);
		if (now == null) {
			this.known.remove(snapshot.service());
		}
		else {
			this.known.put(snapshot.service(), now);
		}
		if (before == null || now == null) {
			if (before != null || now != null) {
				change(snapshot.revision(), before);
			}
		}
		else if (now.hasOtherInstancesThan(before)) {
			change(snapshot.revision(), before);
		}
		else if (now.answersBetterOrOtherwiseThan(before)) {
			noteRevision(snapshot.revision(), before);
			answeredOtherwise();
		}
	}

	private void change(long revision, @Nullable Known before) {
		noteRevision(revision, before);
		this.untold = true;
		schedule();
	}

	/** Told out of order, two services must not make it go back; a store can. */
	private void noteRevision(long revision, @Nullable Known before) {
		boolean wentBack = before != null && revision < before.revision();
		this.revision = wentBack ? revision : Math.max(revision, this.revision);
	}

	/**
	 * Whoever was answered without a service, or with a part of it, has to ask again.
	 * Told at once, but not again and again: a gateway asks for all services then, and
	 * where they are more than core follows, others are not read yet meanwhile, for ever.
	 */
	private void answeredOtherwise() {
		if (this.telling == Telling.AT_ONCE) {
			this.changes.executeAfter(this.pauseMs, this::endPause);
			this.telling = Telling.PAUSED;
			this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
			this.untold = true;
			schedule();
		}
		else {
			this.telling = Telling.AFTER_THE_PAUSE;
		}
	}

	private void endPause() {
		boolean missed = this.telling == Telling.AFTER_THE_PAUSE;
		this.telling = Telling.AT_ONCE;
		if (missed) {
			answeredOtherwise();
		}
		else {
			this.pauseMs = SHORTEST_PAUSE_MS;
		}
	}

	private void schedule() {
		if (!this.scheduled) {
			this.scheduled = true;
			this.changes.executeAfter(COALESCE_MS, this::publish);
		}
	}

	private void publish() {
		this.scheduled = false;
		if (!isRunning()) {
			return;
		}
		this.untold = false;
		if (this.telling == Telling.AFTER_THE_PAUSE) {
			this.telling = Telling.PAUSED; // what is told now tells of that too
		}
		// Never an earlier value again: listeners take an equal one for no change.
		this.value = Math.max(this.revision, this.value + 1);
		try {
			this.publisher.publishEvent(new HeartbeatEvent(this, this.value));
		}
		// Everything: Kotlin throws checked exceptions too.
		catch (Throwable ex) {
			log.warn("A listener failed on the heartbeat of revision {}", this.revision, ex);
		}
	}

	/**
	 * What was told of a service last.
	 *
	 * @param instances a hash of its instances
	 * @param revision the revision of its snapshot
	 * @param answer what lookups were answered with
	 */
	private record Known(int instances, long revision, Answer answer) {

		/**
		 * Core tells the name of a service that nobody has asked for by a snapshot that
		 * is unread and empty: it has come, though its instances are not known. Of one
		 * that is known it tells so that lookups are answered without it, because etcd is
		 * slow or away, or lookups do not wait.
		 * @return null where there is no service any more
		 */
		private static @Nullable Known of(ServiceSnapshot snapshot, @Nullable Known before) {
			int instances = snapshot.instances().hashCode();
			if (snapshot.state() == State.READ) {
				return snapshot.instances().isEmpty() ? null : new Known(instances, snapshot.revision(), Answer.WHOLE);
			}
			if (!snapshot.instances().isEmpty()) {
				return new Known(instances, snapshot.revision(), Answer.PART);
			}
			return (before != null) ? new Known(before.instances(), before.revision(), Answer.NOTHING)
					: new Known(instances, snapshot.revision(), Answer.WHOLE);
		}

		/** A part has others than the whole has, which is no change of the service. */
		private boolean hasOtherInstancesThan(Known before) {
			boolean comparable = this.answer == before.answer
					|| (this.answer == Answer.WHOLE && before.answer == Answer.NOTHING);
			return comparable && this.instances != before.instances;
		}

		/** For the same instances as far as can be told, or others than a part had. */
		private boolean answersBetterOrOtherwiseThan(Known before) {
			return this.answer != before.answer && (this.answer == Answer.WHOLE || this.instances != before.instances);
		}

	}

	/** What lookups of a service were answered with, as far as we know. */
	private enum Answer {

		/** All instances, or nobody has asked. */
		WHOLE,

		/** Those of the layouts that were read. */
		PART,

		/** None, though there are some. */
		NOTHING

	}

	/** When it is told that lookups are answered otherwise than before. */
	private enum Telling {

		/** The next time that it is so. */
		AT_ONCE,

		/** It was told a short while ago, and nothing has come since. */
		PAUSED,

		/** It was told a short while ago, and is so again. */
		AFTER_THE_PAUSE

	}

}
