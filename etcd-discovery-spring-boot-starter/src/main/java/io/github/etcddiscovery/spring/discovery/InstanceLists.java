package io.github.etcddiscovery.spring.discovery;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.resolver.Subscription;
import io.github.etcddiscovery.spring.EtcdInstanceList;
import io.github.etcddiscovery.spring.ServiceAliases;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.context.SmartLifecycle;

/**
 * Core's snapshots as lists of Spring Cloud, each mapped once, of the services that were
 * asked for. When a service changes, its next list is made where core tells its
 * subscribers; a lookup takes the last one made, and makes one itself only where there is
 * none yet or where that one has been out of date for 50 ms. A list never stands in for a
 * snapshot that was read after its service had not been followed for a while: it could be
 * of any age. Both discovery clients share one. A lookup that finds what it found before
 * costs two map reads and allocates nothing. Not part of the API that users write
 * against; may change.
 */
public final class InstanceLists implements AutoCloseable {

	private static final long MAX_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private final EtcdResolver resolver;

	private final ServiceAliases aliases;

	private final ServiceIds names;

	private final LongSupplier nanoTime;

	/** By the names that were asked for, so that an alias has lists of its own. */
	private final Map<String, Made> made = new ConcurrentHashMap<>();

	private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

	InstanceLists(EtcdResolver resolver, ServiceAliases aliases, LongSupplier nanoTime) {
		this.resolver = resolver;
		this.aliases = aliases;
		this.names = new ServiceIds(aliases);
		this.nanoTime = nanoTime;
	}

	/**
	 * Creates the mapping.
	 * @param resolver core's resolver, which stays the caller's to close
	 * @param aliases other names of services
	 * @return the mapping, to be closed
	 */
	public static InstanceLists of(EtcdResolver resolver, ServiceAliases aliases) {
		InstanceLists lists = new InstanceLists(resolver, aliases, System::nanoTime);
		lists.subscription.set(resolver.subscribeFollowed(lists::changed));
		return lists;
	}

	/**
	 * Returns what has services loaded before the application is ready.
	 * @param names names of services, or aliases
	 * @return the preload, to be started by the context
	 */
	public SmartLifecycle preload(List<String> names) {
		return new Preload(this.resolver, names.stream().map(this.aliases::service).toList());
	}

	/**
	 * Hands over the lists of the services in memory that have an instance at an address.
	 * @param address {@code host:port}, an IPv6 host in brackets
	 * @param taker is given each service, by its name in etcd, and its instances
	 */
	public void forEachWith(String address, BiConsumer<String, List<ServiceInstance>> taker) {
		HostPort wanted = HostPort.parse(address);
		this.resolver.snapshots()
			.stream()
			.filter((snapshot) -> wanted != null && snapshot.instances()
				.stream()
				.anyMatch((instance) -> instance.port() == wanted.port()
						&& instance.host().equalsIgnoreCase(wanted.host())))
			.forEach((snapshot) -> taker.accept(snapshot.service(), instances(snapshot.service())));
	}

	List<ServiceInstance> instances(String name) {
		List<ServiceInstance> known = knownInstances(name);
		return (known != null) ? known : mapNow(name, this.resolver.await(this.aliases.service(name)));
	}

	/** The instances, or null where they have not been read yet. */
	@Nullable List<ServiceInstance> knownInstances(String name) {
		String service = this.aliases.service(name);
		ServiceSnapshot snapshot = this.resolver.snapshot(service);
		if (snapshot.state() == ServiceSnapshot.State.READ) {
			return map(name, snapshot);
		}
		if (snapshot.instances().isEmpty()) {
			// Not followed, or about to be: the list that was made before can be of any
			// age, unless somebody has just made it.
			this.made.computeIfPresent(name,
					(asked, current) -> current.isOf(this.resolver.snapshot(service)) ? current : null);
		}
		return null;
	}

	CompletionStage<List<ServiceInstance>> whenInstances(String name) {
		return this.resolver.whenRead(this.aliases.service(name)).thenApply((snapshot) -> mapNow(name, snapshot));
	}

	List<String> services() {
		return this.names.of(this.resolver.services());
	}

	CompletionStage<List<String>> whenServices() {
		return this.resolver.whenServices().thenApply(this.names::of);
	}

	List<ServiceInstance> map(String name, ServiceSnapshot found) {
		Made known = this.made.get(name);
		if (known == null) {
			// Nobody can fill the memory by asking for names that do not exist.
			return found.instances().isEmpty() ? Collections.emptyList() : make(name);
		}
		if (known.isOf(found)) {
			return known.list();
		}
		// What the reader has found may be older than what was made.
		ServiceSnapshot newest = this.resolver.snapshot(this.aliases.service(name));
		return (known.isOf(newest) || !(newest.instances().isEmpty() || known.isTooOld(this.nanoTime.getAsLong())))
				? known.list() : make(name);
	}

	/** For whoever has waited: a list that was made before can be of any age. */
	private List<ServiceInstance> mapNow(String name, ServiceSnapshot found) {
		Made known = this.made.get(name);
		if (known != null && known.isOf(found)) {
			return known.list();
		}
		return (known == null && found.instances().isEmpty()) ? Collections.emptyList() : make(name);
	}

	/**
	 * Told one snapshot at a time, and of each service the newest. Made of what is told:
	 * to ask for it would count as a use of the service, which would never end then. Of a
	 * service that has no instance, or is not followed any more, no list is kept.
	 */
	void changed(ServiceSnapshot told) {
		this.aliases.names(told.service())
			.forEach((asked) -> this.made.computeIfPresent(asked, (name, current) -> current.next(name, told)));
	}

	int kept() {
		return this.made.size();
	}

	/** All get the same list of the same snapshot; a service that is gone leaves none. */
	private List<ServiceInstance> make(String name) {
		Made newest = this.made.compute(name, this::newest);
		return (newest != null) ? newest.list() : Collections.emptyList();
	}

	private @Nullable Made newest(String name, @Nullable Made current) {
		ServiceSnapshot snapshot = this.resolver.snapshot(this.aliases.service(name));
		if (snapshot.instances().isEmpty()) {
			return null;
		}
		if (current == null) {
			return new Made(EtcdInstanceList.of(name, snapshot));
		}
		return current.isOf(snapshot) ? current : new Made(current.list().next(name, snapshot));
	}

	@Override
	public void close() {
		Subscription ended = this.subscription.getAndSet(null);
		if (ended != null) {
			ended.close();
		}
	}

	/**
	 * A list, and since when a lookup knows that there is a newer snapshot.
	 */
	private record Made(EtcdInstanceList list, AtomicLong outOfDateSince) {

		/**
		 * Stands for no time, so a clock that shows just this is taken to be a bit late.
		 */
		private static final long NOT_YET = 0;

		Made(EtcdInstanceList list) {
			this(list, new AtomicLong(NOT_YET));
		}

		/** Core replaces a snapshot when its service has changed, and only then. */
		@SuppressWarnings("ReferenceEquality")
		boolean isOf(ServiceSnapshot snapshot) {
			return this.list.snapshot() == snapshot;
		}

		/**
		 * What to keep when a snapshot is told, which a lookup may have overtaken: null
		 * where the service has no instances.
		 */
		@Nullable Made next(String name, ServiceSnapshot told) {
			if (told.instances().isEmpty()) {
				return null;
			}
			boolean newer = told.revision() > this.list.snapshot().revision();
			return newer ? new Made(this.list.next(name, told)) : this;
		}

		/** The first lookup that finds a newer snapshot begins the time. */
		boolean isTooOld(long nanoTime) {
			long since = this.outOfDateSince.get();
			if (since == NOT_YET) {
				this.outOfDateSince.compareAndSet(NOT_YET, (nanoTime != NOT_YET) ? nanoTime : nanoTime + 1);
				return false;
			}
			return nanoTime - since >= MAX_AGE_NANOS;
		}

	}

}
