package io.github.etcddiscovery.resolver;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.probe.TcpProbe;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.jspecify.annotations.Nullable;

/**
 * Knows which instances there are and answers from memory. What was known stays known
 * while etcd is away. No lookup throws for trouble with etcd. Safe for use by many
 * threads.
 */
public final class EtcdResolver implements AutoCloseable {

	private final EventLoop loop;

	private final Workers workers;

	private final Following following;

	private final Services services;

	private final Publisher publisher;

	private final ServiceNames names;

	private final AtomicBoolean closed = new AtomicBoolean();

	/** Begins to resolve; the workers run the code of users. */
	EtcdResolver(Following following, Workers workers) {
		this.following = following;
		this.workers = workers;
		this.loop = following.context().loop();
		this.services = following.context().services();
		this.publisher = following.context().publisher();
		this.names = new ServiceNames(following.layoutsOfSingleServices(), following.context());
		this.loop.execute(following::start);
	}

	/**
	 * Returns a resolver on a client. With {@link Scope#PREFIX} it begins to read at
	 * once, in the background.
	 * @param client the client, which stays the caller's to close, after the resolver
	 * @param options how to resolve
	 * @return the resolver, to be closed
	 */
	public static EtcdResolver create(EtcdClient client, ResolverOptions options) {
		Workers workers = Workers.named("etcd-resolver-worker");
		TcpProbe probe = new TcpProbe("etcd-resolver-probe", workers);
		EventLoop loop = EventLoop.start("etcd-resolver");
		return new EtcdResolver(new Following(client, options, loop, probe, probe::ask), workers);
	}

	/**
	 * Returns the instances of a service. Waits for the first snapshot as {@link #await}
	 * does, otherwise answers from memory: no lock, no allocation, the same list until
	 * something changes.
	 * @param service name of the service; one that no layout can carry has no instances
	 * @return the instances, immutable; empty where there is none
	 */
	public List<Instance> instances(String service) {
		return await(service).instances();
	}

	/**
	 * Returns the snapshot of a service, waiting for the first one where it has not been
	 * read yet, but no longer than {@code firstSnapshotTimeout} in all. Interrupted, it
	 * returns at once and keeps the interrupt.
	 * @param service name of the service
	 * @return the snapshot; UNREAD where it could not be read in time
	 */
	public ServiceSnapshot await(String service) {
		Service known = this.services.get(service);
		if (known != null) {
			ServiceSnapshot snapshot = known.read();
			if (snapshot.state() == State.READ) {
				return snapshot;
			}
			if (known.waitIsOver()) {
				return known.snapshot();
			}
		}
		this.following.ask(service).forEach((feed) -> feed.answer().await());
		return this.services.read(service);
	}

	/**
	 * Returns the snapshot of a service as it is. Never waits.
	 * @param service name of the service
	 * @return the snapshot; UNREAD where it has not been read
	 */
	public ServiceSnapshot snapshot(String service) {
		ServiceSnapshot snapshot = this.services.read(service);
		if (snapshot.state() == State.UNREAD) {
			this.following.ask(service);
		}
		return snapshot;
	}

	/**
	 * Does what {@link #await} does without a thread that waits.
	 * @param service name of the service
	 * @return done with the snapshot, never exceptionally
	 */
	public CompletionStage<ServiceSnapshot> whenRead(String service) {
		ServiceSnapshot snapshot = this.services.read(service);
		if (snapshot.state() == State.READ) {
			return CompletableFuture.completedStage(snapshot);
		}
		return after(FirstAnswer.of(this.following.ask(service)), () -> this.services.read(service));
	}

	/**
	 * Returns the names of all services that have an instance. With {@link Scope#PREFIX}
	 * from memory, after a wait for the first snapshot as in {@link #await}; with
	 * {@link Scope#SERVICE} by reading keys, at most once per {@code servicesRefresh}. Of
	 * layouts that cannot be listed those that were asked for.
	 * @return the names, sorted, immutable, the same list until something changes
	 */
	public List<String> services() {
		askForNames().forEach(FirstAnswer::await);
		return this.services.names();
	}

	/**
	 * Does what {@link #services()} does without a thread that waits.
	 * @return done with the names, never exceptionally
	 */
	public CompletionStage<List<String>> whenServices() {
		return after(askForNames(), this.services::names);
	}

	/** Nobody waits for what the workers would do after the end. */
	private <T> CompletionStage<T> after(List<FirstAnswer> answers, Supplier<T> result) {
		CompletionStage<T> after = FirstAnswer.afterAll(answers, result, this.workers, this.loop);
		return this.closed.get() ? CompletableFuture.completedStage(result.get()) : after;
	}

	/** Returns everything in memory: the snapshots of all services that are followed. */
	public Collection<ServiceSnapshot> snapshots() {
		return this.services.all().stream().map(Service::snapshot).toList();
	}

	/**
	 * Returns why a service has not been read. Not needed for plain registering and
	 * resolving; may change.
	 * @param service name of the service
	 * @return the last failure of a layout that has not answered yet; null where all that
	 * are followed have, with instances or without
	 */
	public @Nullable EtcdDiscoveryException whyUnread(String service) {
		return this.closed.get() ? new EtcdDiscoveryException(Kind.CLOSED, "the resolver was closed", null)
				: this.following.whyUnread(service);
	}

	/** Returns where each layout stands, in their order. May change. */
	public List<LayoutStatus> layouts() {
		return this.following.status();
	}

	/** Returns of which services how many instances are shown that etcd has lost. */
	public Map<String, Integer> heldBack() {
		return this.following.context().guard().heldBack();
	}

	/** Returns what asks instances for connections, closed with this. May change. */
	public TcpProbe probe() {
		return this.following.context().probe();
	}

	/**
	 * Leaves out addresses that must not be used, counted as entries are. May change.
	 * @param host a name
	 * @param addresses what it was looked up to
	 * @return those that may be used
	 */
	public List<InetAddress> usable(String host, List<InetAddress> addresses) {
		return this.following.usable(host, addresses);
	}

	/**
	 * Subscribes to a service. The subscriber is told the snapshot there is, once it has
	 * been read, and then each newer one; it is called by one thread at a time, never on
	 * ours, and where it is slow it misses all but the newest. Where a layout has not
	 * answered within {@code firstSnapshotTimeout}, the subscriber is told the instances
	 * of the others, in a snapshot that is UNREAD.
	 * @param service name of the service
	 * @param subscriber is told; what it throws is logged
	 * @return the handle
	 * @throws IllegalStateException after {@link #close()}
	 */
	public Subscription subscribe(String service, Consumer<ServiceSnapshot> subscriber) {
		return subscribe(subscriber, (told) -> {
			// Here, because the loop may just be about to end what is followed already.
			this.following.ask(service);
			this.publisher.subscribe(service, told);
		}, (told) -> this.publisher.unsubscribe(service, told));
	}

	/**
	 * Subscribes to all services. The subscriber is told each snapshot that replaces
	 * another from now on; where it is slow, of each service the newest. With
	 * {@link Scope#SERVICE} the names of all services are read every
	 * {@code servicesRefresh} for as long as there is such a subscriber, and of those
	 * that are not followed it is told when they come, by a snapshot that is UNREAD and
	 * empty, and when they go, by one that is READ and empty. That a service is not
	 * followed any more is no change; but where its name goes with it (a layout that
	 * cannot be listed), or it is asked for again and not read in time, it is told as
	 * UNREAD and empty, since lookups are answered so.
	 * @param subscriber is told, as in {@link #subscribe}
	 * @return the handle
	 * @throws IllegalStateException after {@link #close()}
	 */
	public Subscription subscribeAll(Consumer<ServiceSnapshot> subscriber) {
		return subscribe(subscriber, (told) -> {
			this.publisher.toAll().add(told);
			listenToNames();
		}, (told) -> {
			this.publisher.toAll().remove(told);
			listenToNames();
		});
	}

	/**
	 * Subscribes to all services that are followed, as {@link #subscribeAll} does but for
	 * the names of others, which are not read for this. Of one that is not followed any
	 * more it is told by the snapshot that is left: UNREAD, and without what was known
	 * from its own ranges.
	 * @param subscriber is told, as in {@link #subscribe}
	 * @return the handle
	 * @throws IllegalStateException after {@link #close()}
	 */
	public Subscription subscribeFollowed(Consumer<ServiceSnapshot> subscriber) {
		return subscribe(subscriber, this.publisher.toFollowed()::add, this.publisher.toFollowed()::remove);
	}

	private Subscription subscribe(Consumer<ServiceSnapshot> subscriber, Consumer<Subscriber> begin,
			Consumer<Subscriber> end) {
		if (this.closed.get()) {
			throw new IllegalStateException("subscribe: the resolver was closed");
		}
		return new Subscriber(subscriber, this.workers, this.loop).subscribe(begin, end);
	}

	private void listenToNames() {
		if (!this.closed.get()) {
			this.names.readOnAndOn(!this.publisher.toAll().isEmpty());
		}
	}

	/**
	 * Returns how old what is shown may be.
	 * @return zero while every watch is confirmed, but for those that etcd never let us
	 * begin, and nothing waits; else the time since the first of them was lost, or the
	 * age of the oldest change that is known to have been made and has not been shown
	 */
	public Duration staleFor() {
		return this.following.context().staleness().age();
	}

	/**
	 * Ends all watches. Lookups answer with what was known last. Can be called twice and
	 * from any thread.
	 */
	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.following.close();
			this.loop.execute(() -> {
				this.names.close();
				this.workers.close();
				this.loop.close();
			});
		}
	}

	private List<FirstAnswer> askForNames() {
		return (this.names.canBeRead() && !this.closed.get()) ? this.names.ask()
				: FirstAnswer.of(this.following.shared());
	}

}
