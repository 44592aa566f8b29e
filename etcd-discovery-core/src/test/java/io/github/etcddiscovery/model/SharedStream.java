package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.WatchEvent;

/**
 * One stream with many watches, as etcd serves it. What befalls one watch, a refusal or a
 * compaction, ends that watch alone; the end of the stream ends all.
 */
final class SharedStream {

	/**
	 * A client that hears nothing of a stream, and has no answer, leaves it after this.
	 */
	private static final Duration SILENCE = Duration.ofSeconds(33);

	private final ModelEtcd etcd;

	/** Watches whose creation etcd has not seen yet. */
	private final List<ModelWatch> asked = new ArrayList<>();

	/** The watches that are served, with the first revision that each is told. */
	private final Map<ModelWatch, Long> served = new LinkedHashMap<>();

	/** The watches of the client, which may not know yet that one of them has ended. */
	private final List<ModelWatch> watches = new ArrayList<>();

	private boolean admitted;

	private boolean over;

	private long lastArrival;

	SharedStream(ModelEtcd etcd) {
		this.etcd = etcd;
	}

	boolean isOver() {
		return this.over;
	}

	List<ModelWatch> served() {
		return List.copyOf(this.served.keySet());
	}

	/** There is room for one more stream on the connection. */
	void admit() {
		this.admitted = true;
		List.copyOf(this.asked).forEach(this::send);
	}

	void create(ModelWatch watch) {
		this.watches.add(watch);
		this.asked.add(watch);
		if (this.admitted) {
			send(watch);
		}
	}

	private void send(ModelWatch watch) {
		this.etcd.network().reach(Call.WATCH, () -> {
			if (this.asked.remove(watch)) {
				serve(watch);
			}
		});
	}

	private void serve(ModelWatch watch) {
		try {
			this.etcd.faults().check(Call.WATCH);
			this.etcd.faults().checkRead(watch.range());
			this.served.put(watch, Long.MAX_VALUE);
			confirm(watch);
			this.served.put(watch, begin(watch));
		}
		catch (EtcdDiscoveryException ex) {
			end(watch, ex);
		}
	}

	private void confirm(ModelWatch watch) {
		if (this.etcd.faults().confirming) {
			long revision = this.etcd.revision() - this.etcd.faults().lag;
			deliver(() -> watch.arrivedConfirmation(revision));
		}
		else {
			happened(Effect.WATCH_UNCONFIRMED);
		}
	}

	/** A real one confirms too before it says that the history is gone. */
	private long begin(ModelWatch watch) {
		Store store = this.etcd.member().store();
		if (watch.from() == 0) {
			return store.revision() + 1;
		}
		if (watch.from() < store.compacted()) {
			throw compacted(watch, store);
		}
		tell(watch, store.history(watch.range(), watch.from()));
		return watch.from();
	}

	private static EtcdDiscoveryException compacted(ModelWatch watch, Store store) {
		return new ModelFailure(Kind.COMPACTED,
				"watch of " + watch.range() + " from " + watch.from() + ": compacted at " + store.compacted());
	}

	void tell(List<WatchEvent> events) {
		Map.copyOf(this.served)
			.forEach((watch, first) -> tell(watch, events.stream()
				.filter((event) -> event.entry().modRevision() >= first && watch.range().contains(event.entry().key())
						&& event.entry().key().size() <= Entry.MAX_KEY)
				.toList()));
	}

	private void tell(ModelWatch watch, List<WatchEvent> events) {
		if (events.isEmpty() || this.etcd.faults().losesEvents()) {
			return;
		}
		List<WatchEvent> arriving = events.stream()
			.map((event) -> new WatchEvent(event.type(), Member.arrived(event.entry())))
			.toList();
		deliver(() -> watch.arrivedChanges(arriving));
	}

	/** A watch that has fallen behind is told that its history is gone. */
	void compact(ModelWatch watch) {
		end(watch, compacted(watch, this.etcd.member().store()));
	}

	private void end(ModelWatch watch, EtcdDiscoveryException cause) {
		if (cause.kind() == Kind.COMPACTED) {
			happened(Effect.WATCH_COMPACTED);
		}
		this.served.remove(watch);
		transmit(() -> watch.arrivedEnd(cause));
	}

	/** Ends for all, by etcd or on the way. */
	void end(EtcdDiscoveryException cause) {
		List<ModelWatch> watches = abandon();
		happened(Effect.STREAM_BROKEN);
		watches.forEach((watch) -> transmit(() -> watch.arrivedEnd(cause)));
		// The word of it can be lost with the connection: then the silence tells.
		this.etcd.network().loop().schedule(SILENCE, () -> watches.forEach((watch) -> watch.arrivedEnd(cause)));
	}

	/** The client has heard nothing for too long. */
	void giveUp() {
		happened(Effect.STREAM_LEFT);
		EtcdDiscoveryException cause = new ModelFailure(Kind.UNAVAILABLE, "a stream of watches is silent");
		abandon().forEach((watch) -> watch.arrivedEnd(cause));
	}

	private void happened(Effect effect) {
		this.etcd.faults().effects.add(effect);
	}

	private List<ModelWatch> abandon() {
		this.over = true;
		this.served.clear();
		this.asked.clear();
		this.etcd.streamList().closed(this);
		return List.copyOf(this.watches);
	}

	void remove(ModelWatch watch) {
		this.watches.remove(watch);
		this.asked.remove(watch);
		this.served.remove(watch);
		if (this.watches.isEmpty() && !this.over) {
			this.over = true;
			this.etcd.streamList().closed(this);
		}
	}

	private void deliver(Runnable message) {
		if (!this.etcd.faults().muted) {
			transmit(message);
		}
	}

	/** However long a message takes, it does not overtake those before it. */
	private void transmit(Runnable message) {
		long now = this.etcd.network().now();
		this.lastArrival = Math.max(this.lastArrival, now + this.etcd.faults().delay(Call.WATCH).toNanos());
		this.etcd.network().answer(Duration.ofNanos(this.lastArrival - now), message);
	}

}
