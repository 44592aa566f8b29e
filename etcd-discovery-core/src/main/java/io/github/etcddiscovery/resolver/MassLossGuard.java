package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.guard.Goodbyes;
import io.github.etcddiscovery.guard.GuardLog;
import io.github.etcddiscovery.guard.GuardOptions;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import io.github.etcddiscovery.resolver.Missing.Farewell;

/**
 * Keeps showing instances that vanish from etcd in a body without a goodbye: much more
 * often etcd, or the way to it, has lost them than that they are gone. Knows for each
 * service what has vanished lately, see {@link Loss}, and remembers by that also that who
 * comes back is no new one. Confined to the loop's thread, but for {@link #heldBack()}.
 */
final class MassLossGuard {

	/** How often it is looked whether it is time for something. */
	static final Duration TICK = Duration.ofMillis(250);

	/** How soon an instance is asked again for a connection. */
	private static final Duration NEXT_PROBE = Duration.ofMillis(500);

	/** So many connections a second are asked for again, about. */
	private static final int PROBES_A_SECOND = 1_000;

	private final EventLoop loop;

	private final GuardOptions options;

	private final Publisher publisher;

	private final Probe probe;

	private final Goodbyes goodbyes;

	private final GuardLog log;

	/** One for each service of which something has vanished lately. */
	private final Set<Loss> losses = new LinkedHashSet<>();

	/** How many instances of which service are held. */
	private final ConcurrentHashMap<String, Integer> heldBack = new ConcurrentHashMap<>();

	/** How many instances of all services are held. */
	private int held;

	private EventLoop.Timer ticks = EventLoop.Timer.NONE;

	/**
	 * Begins with nothing.
	 * @param client is asked for leases
	 * @param options when to hold what
	 * @param publisher is told which services are to be shown again
	 * @param probe asks for connections
	 */
	MassLossGuard(EtcdClient client, EventLoop loop, GuardOptions options, Publisher publisher, Probe probe) {
		this.loop = loop;
		this.options = options;
		this.publisher = publisher;
		this.probe = probe;
		this.goodbyes = new Goodbyes(client, loop);
		this.log = new GuardLog(loop, options);
	}

	/** Returns how many instances of which services are held. For any thread. */
	Map<String, Integer> heldBack() {
		return Map.copyOf(this.heldBack);
	}

	/**
	 * An entry is gone. That is no loss where another one has its address.
	 * @param entry one that had an instance
	 * @param farewell what is known of why
	 */
	void vanished(Service service, FeedEntry entry, Farewell farewell) {
		if (service.entries().at(entry.address()) == null) {
			Loss loss = service.loss();
			if (loss == null) {
				loss = new Loss(service, this);
				begin(loss);
			}
			loss.add(entry, this.options.enabled() ? farewell : Farewell.SAID);
		}
	}

	private void begin(Loss loss) {
		if (this.losses.isEmpty()) {
			this.ticks.cancel();
			this.ticks = this.loop.repeat(TICK, this::tick);
		}
		this.losses.add(loss);
		loss.service().lost(loss);
	}

	private void tick() {
		this.losses.forEach((loss) -> this.loop.isolated(loss::tick));
		this.losses.removeIf((loss) -> {
			boolean over = loss.isOver();
			if (over) {
				loss.end();
			}
			return over;
		});
		if (this.losses.isEmpty()) {
			this.ticks.cancel();
		}
	}

	// What losses ask

	long now() {
		return this.loop.now();
	}

	/** Tells whether a time is at most one TTL ago. */
	boolean isRecent(long time) {
		return this.loop.since(time).compareTo(this.options.ttl()) < 0;
	}

	/** Tells whether what vanished then is to be let go, rather a little early. */
	boolean isHoldOver(long time) {
		return this.loop.since(time).plus(TICK).compareTo(this.options.hold()) > 0;
	}

	/**
	 * Tells whether so many missing instances, less those that are new, are enough of a
	 * service for holding them. What there is is looked at last, for it may be much.
	 */
	boolean isEnough(int missing, ServiceEntries present) {
		return isEnough(missing, 0, present) && isEnough(missing, present.countOf(this::isNew), present);
	}

	private boolean isEnough(int missing, int appeared, ServiceEntries present) {
		long net = (long) missing - appeared;
		return net >= this.options.minInstances() && net * 100 >= this.options.threshold() * (present.size() + net);
	}

	private boolean isNew(DiscoveredInstance instance) {
		return instance.appearedAt() != DiscoveredInstance.NOT_YOUNG && isRecent(instance.appearedAt());
	}

	GuardOptions options() {
		return this.options;
	}

	Goodbyes goodbyes() {
		return this.goodbyes;
	}

	/** Asks for a connection; the answer comes on the loop's thread. */
	void probe(String host, int port, Consumer<Answer> told) {
		this.probe.ask(host, port, (answer) -> this.loop.execute(() -> told.accept(answer)));
	}

	/** The more instances are held, the longer. */
	Duration pauseBetweenProbes() {
		return NEXT_PROBE.plusMillis(this.held * 1_000L / PROBES_A_SECOND);
	}

	void changed(Service service) {
		this.publisher.changed(service);
	}

	/** So many instances of a service are held now. */
	void held(Service service, int instances) {
		Integer before = (instances > 0) ? this.heldBack.put(service.name(), instances)
				: this.heldBack.remove(service.name());
		this.held += instances - ((before != null) ? before : 0);
		if (this.heldBack.isEmpty()) {
			this.log.nothingIsHeld();
		}
	}

	GuardLog log() {
		return this.log;
	}

	/**
	 * Asks addresses for a connection.
	 */
	@FunctionalInterface
	interface Probe {

		void ask(String host, int port, Consumer<Answer> told);

	}

}
