package io.github.etcddiscovery.grpc;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.address.HostPort;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the names among the hosts of instances, because grpc-java takes addresses
 * only. Confined to the channel's synchronization context; what can take long runs on
 * other threads, a few names at a time and none of them twice.
 *
 * <pre>
 * name     signal        next
 * any      wanted        WAITING; one that is RUNNING runs once more afterwards
 * WAITING  a free place  RUNNING
 * RUNNING  answer        known
 * RUNNING  failure       keeps the addresses that were known
 * any      not wanted    forgotten
 * </pre>
 */
final class HostLookup {

	/** So many names at a time: a few slow ones must not hold up the others. */
	static final int PLACES = 16;

	private static final Logger logger = LoggerFactory.getLogger(EtcdNameResolver.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private static final String REMEDY = "register an address, or a name that this machine can look up";

	private final String service;

	private final Source source;

	private final BiFunction<String, List<InetAddress>, List<InetAddress>> usable;

	private final Executor threads;

	private final Executor context;

	private final Consumer<Boolean> ended;

	private final Set<String> waiting = new LinkedHashSet<>();

	private final Set<String> running = new HashSet<>();

	private final Map<String, Known> known = new HashMap<>();

	/** Names without an answer, and why. */
	private final Map<String, String> failing = new HashMap<>();

	private Set<String> wanted = Set.of();

	private @Nullable Long warned;

	private int unsaid;

	/**
	 * Begins with nothing.
	 * @param service whose instances they are, for the log
	 * @param source where addresses come from
	 * @param usable leaves out the addresses of a name that must not be used
	 * @param threads run the lookups
	 * @param context where everything else happens
	 * @param ended is told of each lookup that has ended whether it has brought other
	 * addresses
	 */
	HostLookup(String service, Source source, BiFunction<String, List<InetAddress>, List<InetAddress>> usable,
			Executor threads, Executor context, Consumer<Boolean> ended) {
		this.service = service;
		this.source = source;
		this.usable = usable;
		this.threads = threads;
		this.context = context;
		this.ended = ended;
	}

	/** Begins to look up the names among these hosts, and forgets all others. */
	void lookUp(Collection<String> hosts) {
		this.wanted = hosts.stream()
			.filter(Predicate.not(HostPort::isIpAddress))
			.collect(Collectors.toCollection(LinkedHashSet::new));
		this.known.keySet().retainAll(this.wanted);
		this.failing.keySet().retainAll(this.wanted);
		this.waiting.retainAll(this.wanted);
		this.waiting.addAll(this.wanted);
		begin();
	}

	/** Tells whether a name has not been answered yet. */
	boolean looking() {
		return !this.waiting.isEmpty() || this.running.stream().anyMatch(this.wanted::contains);
	}

	/**
	 * Tells whether a name could not be looked up, or has no address that may be used.
	 */
	boolean failing() {
		return !this.failing.isEmpty() || this.known.values().stream().anyMatch((known) -> known.usable().isEmpty());
	}

	/** Notes which names have been looked up for too long. */
	void late() {
		this.running.stream()
			.filter((name) -> this.wanted.contains(name) && !this.known.containsKey(name))
			.forEach((name) -> failed(name, "no answer yet"));
	}

	/**
	 * Returns the addresses of a host as far as they are known.
	 * @return the addresses, empty where there is none that can be used
	 */
	List<InetAddress> addresses(String host) {
		if (HostPort.isIpAddress(host)) {
			return literal(host);
		}
		Known known = this.known.get(host);
		return (known != null) ? known.usable() : List.of();
	}

	/** Says why a host has no address. */
	String problem(String host) {
		if (HostPort.isIpAddress(host)) {
			return "this machine has no such network interface";
		}
		return this.known.containsKey(host) ? "its addresses must not be used"
				: this.failing.getOrDefault(host, "no answer yet") + "; " + REMEDY;
	}

	private static List<InetAddress> literal(String host) {
		try {
			return List.of(InetAddress.getByName(host));
		}
		catch (UnknownHostException ex) {
			// An IPv6 address with a zone that is none here.
			return List.of();
		}
	}

	private void begin() {
		Iterator<String> names = this.waiting.iterator();
		while (names.hasNext() && this.running.size() < PLACES) {
			String name = names.next();
			if (this.running.add(name)) {
				names.remove();
				this.threads.execute(() -> run(name));
			}
		}
	}

	/** On a thread of its own. */
	private void run(String name) {
		BooleanSupplier answer = answer(name);
		this.context.execute(() -> end(name, answer));
	}

	/** Returns what notes the answer, and tells whether there are other addresses now. */
	private BooleanSupplier answer(String name) {
		try {
			List<InetAddress> found = List.of(this.source.lookUp(name));
			return () -> found(name, found);
		}
		catch (UnknownHostException | RuntimeException | Error ex) {
			return () -> failed(name, ex.toString());
		}
	}

	private void end(String name, BooleanSupplier answer) {
		this.running.remove(name);
		boolean others = this.wanted.contains(name) && answer.getAsBoolean();
		begin();
		this.ended.accept(others);
	}

	/** Servers of names shuffle: the same addresses in another order are nothing new. */
	private boolean found(String name, List<InetAddress> found) {
		this.failing.remove(name);
		Known before = this.known.get(name);
		if (before != null && before.all().equals(Set.copyOf(found))) {
			return false;
		}
		this.known.put(name, new Known(Set.copyOf(found), this.usable.apply(name, found)));
		return true;
	}

	private boolean failed(String name, String why) {
		if (this.failing.put(name, Bytes.utf8(why).toString()) == null) {
			warn(name);
		}
		return false;
	}

	private void warn(String name) {
		long now = System.nanoTime();
		if (this.warned != null && now - this.warned < PAUSE.toNanos()) {
			this.unsaid++;
			return;
		}
		logger.warn("Host {} of service '{}' cannot be looked up, {}: {}; {} ({} more since the last line like this)",
				name, Bytes.utf8(this.service),
				this.known.containsKey(name) ? "its last addresses are kept" : "its instances are left out",
				this.failing.get(name), REMEDY, this.unsaid);
		this.warned = now;
		this.unsaid = 0;
	}

	/** Where addresses come from. */
	@FunctionalInterface
	interface Source {

		InetAddress[] lookUp(String host) throws UnknownHostException;

	}

	/**
	 * What a name leads to.
	 *
	 * @param all its addresses
	 * @param usable those that may be used, in the order of the answer
	 */
	private record Known(Set<InetAddress> all, List<InetAddress> usable) {

	}

}
