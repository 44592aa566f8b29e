package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.probe.TcpProbe;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * Learns from the calls of this application which instances fail, and leaves them out of
 * lists. What is learnt of an address counts at once, on the thread of the call that has
 * shown it; a thread of its own asks the probe, sees that time passes, and tells.
 * <p>
 * Safe for use by many threads. Not part of the API that users write against; may change.
 */
public final class Outliers implements AutoCloseable {

	/** How often time passes. */
	static final Duration BEAT = Duration.ofSeconds(1);

	/** What was not listed for so long is forgotten. */
	private static final Duration MEMORY = Duration.ofMinutes(10);

	private static final int BEATS_PER_SWEEP = 60;

	private final Callees callees = new Callees();

	private final Listings listings;

	private final Calls calls;

	private final Changes changes = new Changes();

	private final LongSupplier clock;

	private final Executor thread;

	private final Runnable end;

	/** Whether the thread has been given the task of telling what has changed. */
	private final AtomicBoolean tellingIsDue = new AtomicBoolean();

	/** How often time has passed; seen by the thread only. */
	private long beats;

	/**
	 * Prepares.
	 * @param probe asks addresses, or null where none is to be asked
	 * @param clock monotonic time in nanoseconds, the same that calls begin by
	 * @param thread where changes are told, one at a time
	 * @param end ends that thread
	 */
	Outliers(OutlierOptions options, Probing.@Nullable Asking probe, LongSupplier clock, Executor thread,
			Runnable end) {
		this.listings = new Listings(this.callees, options.maxEjected());
		this.calls = new Calls(options, new Probing(options.probe() ? probe : null, clock), this.listings,
				this::changed);
		this.clock = clock;
		this.thread = thread;
		this.end = end;
	}

	/**
	 * Begins to learn, with a daemon thread of its own.
	 * @param options when an instance is ejected and for how long
	 * @param probe asks ejected instances; stays the caller's to close
	 * @return what is to be told of calls and asked for lists; to be closed
	 */
	public static Outliers create(OutlierOptions options, TcpProbe probe) {
		EventLoop loop = EventLoop.start("etcd-discovery-outliers");
		Outliers outliers = new Outliers(options, probe::ask, loop::now, loop, loop::close);
		loop.repeat(BEAT, outliers::beat);
		// What is loaded for the first question of that kind is not waited for by a call.
		loop.execute(() -> Probing.isCalledDirectly("127.0.0.1:1"));
		return outliers;
	}

	/**
	 * Leaves the ejected out. Costs next to nothing and allocates nothing while the list
	 * is the same object and nothing has changed.
	 * @param serviceId the service, as it was asked for
	 * @param listed its instances
	 * @return the same object where nobody of it is ejected; else a list without them,
	 * the same object while nothing changes
	 */
	public List<ServiceInstance> withoutEjected(String serviceId, List<ServiceInstance> listed) {
		List<ServiceInstance> known = this.listings.known(serviceId, listed);
		return (known != null) ? known : this.listings.handOver(serviceId, listed, this.clock.getAsLong());
	}

	/**
	 * Tells whether the list of a service has to be handed to {@link #withoutEjected}: so
	 * where somebody of it is ejected, where it was not for a minute, and where it lacked
	 * an instance that was called. Allocates nothing.
	 * @param serviceId the service, as it was asked for
	 * @return false where it would come back as it is
	 */
	public boolean wantsList(String serviceId) {
		return this.listings.wantsList(serviceId);
	}

	/**
	 * Tells whether nobody is ejected, of whatever service; false for a moment too after
	 * something has changed. Allocates nothing.
	 * @return true where no list lacks anybody
	 */
	public boolean isNobodyEjected() {
		return this.listings.isNobodyEjected();
	}

	/** Tells whether the list of a service lacks somebody for being ejected. */
	boolean leavesOut(String serviceId) {
		return this.listings.leavesOut(serviceId);
	}

	/**
	 * A call begins. Allocates nothing.
	 * @param chosen the instance that it is sent to
	 * @param startedAt {@link System#nanoTime()}
	 */
	public void began(ServiceInstance chosen, long startedAt) {
		Callee callee = obtain(chosen);
		if (callee != null) {
			callee.begin(startedAt);
			this.calls.began(callee, startedAt);
		}
	}

	/**
	 * A call begins that ends with a session, of a WebSocket, say: that it has not ended
	 * tells nothing. Allocates nothing.
	 * @param chosen the instance that it is sent to
	 * @param startedAt {@link System#nanoTime()}
	 */
	void sessionBegan(ServiceInstance chosen, long startedAt) {
		Callee callee = obtain(chosen);
		if (callee != null) {
			this.calls.began(callee, startedAt);
		}
	}

	/** Whoever is called and in no list came with one that was not handed over. */
	private @Nullable Callee obtain(ServiceInstance chosen) {
		Callee known = this.callees.find(chosen);
		Callee callee = (known != null) ? known : this.callees.obtain(chosen, now());
		if (callee != null && (known == null || !callee.standing().isIn())) {
			this.listings.lookFor(callee, now());
		}
		return callee;
	}

	/**
	 * A call has ended. Allocates nothing where it was answered.
	 * @param chosen the instance that it was sent to
	 * @param startedAt {@link System#nanoTime()} of its beginning, some microseconds
	 * later perhaps than {@link #began} was told
	 * @param outcome what it has shown of the instance
	 * @param cause what was thrown, for the log
	 */
	public void ended(ServiceInstance chosen, long startedAt, Outcome outcome, @Nullable Throwable cause) {
		Callee callee = this.callees.find(chosen);
		if (callee != null) {
			this.calls.ended(chosen, callee, startedAt, outcome, cause);
		}
	}

	/**
	 * Ejects an instance until it is given back by hand, registers anew at that address,
	 * or has not been listed for 10 min; beyond the percentage too.
	 * @param hostPort {@code host:port}, an IPv6 host in brackets
	 * @return whether such an instance is listed
	 * @throws IllegalStateException if no other instance of its service would be left
	 */
	public synchronized boolean eject(String hostPort) {
		return ifListed(hostPort, (callee) -> {
			if (!this.listings.leaveAnother(callee)) {
				throw new IllegalStateException(Bytes.utf8(hostPort)
						+ " is the last instance of its service that may be chosen (expected: another one that is"
						+ " not ejected)");
			}
			this.calls.eject(callee, this.clock.getAsLong());
		});
	}

	/**
	 * Ends the ejection of an instance, whatever its cause.
	 * @param hostPort {@code host:port}, an IPv6 host in brackets
	 * @return whether such an instance is listed
	 */
	public boolean giveBack(String hostPort) {
		return ifListed(hostPort, this.calls::giveBack);
	}

	private boolean ifListed(String hostPort, Consumer<Callee> action) {
		Callee callee = find(hostPort);
		if (callee == null || !this.listings.hold(callee)) {
			return false;
		}
		action.accept(callee);
		return true;
	}

	@Nullable Callee find(String hostPort) {
		HostPort address = HostPort.parse(hostPort);
		return (address != null) ? this.callees.find(Callees.canonical(address.host()), address.port()) : null;
	}

	/**
	 * Returns who is ejected at present, those included that are on trial.
	 * @return the ejected by service, as the services were asked for; services without
	 * any are left out
	 */
	public Map<String, List<Ejected>> ejected() {
		long now = this.clock.getAsLong();
		Map<String, List<Ejected>> ejected = new TreeMap<>();
		this.listings.refresh().forEach((service, listing) -> {
			List<Ejected> ofService = listing.describeEjected(now);
			if (!ofService.isEmpty()) {
				ejected.put(service, ofService);
			}
		});
		return ejected;
	}

	/** How many of a service are ejected, those included that are on trial. */
	int ejectedOf(String serviceId) {
		return this.listings.countEjected(serviceId);
	}

	/** Tells of each ejection from now on: the service, as it was asked for, and why. */
	void onEjection(BiConsumer<String, String> listener) {
		this.changes.onEjection(listener);
	}

	/**
	 * Tells a listener from now on when the list of a service is another one than before,
	 * because somebody was left out or may be chosen again, for a single call perhaps. On
	 * a thread of its own, which it must not keep.
	 * @param listener is given the service, as it was asked for
	 */
	public void onChange(Consumer<String> listener) {
		this.changes.onChange(listener);
	}

	/** Tells of each service that was asked for, from now on or before. */
	void onService(ServiceListener listener) {
		this.thread.execute(() -> this.changes.onService(listener));
	}

	/** Returns the time by which calls begin. */
	long now() {
		return this.clock.getAsLong();
	}

	private void changed() {
		this.listings.change();
		if (this.tellingIsDue.compareAndSet(false, true)) {
			this.thread.execute(this::tell);
		}
	}

	private void tell() {
		// First: what changes from now on needs a task of its own.
		this.tellingIsDue.set(false);
		this.changes.tell(this.listings.refresh(), this.clock.getAsLong());
	}

	/** Time passes, for everybody who is listed. */
	void beat() {
		long now = this.clock.getAsLong();
		this.listings.handed().forEach((list) -> this.calls.pass(list, now));
		if (++this.beats % BEATS_PER_SWEEP == 0) {
			this.listings.forget(MEMORY, now);
		}
		tell();
	}

	/** No time passes and nothing is told any more. Can be called twice. */
	@Override
	public void close() {
		this.end.run();
	}

}
