package io.github.etcddiscovery.grpc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;

/** What a channel gives to a name resolver and is told by it, on names of its own. */
final class ToldChannel extends NameResolver.Listener2 implements AutoCloseable {

	private final SynchronizationContext context = new SynchronizationContext((thread, failure) -> {
		throw new AssertionError(failure);
	});

	private final ScheduledExecutorService timer = new Impatient();

	private final Map<String, List<String>> dns = new ConcurrentHashMap<>();

	private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();

	private final List<List<String>> results = new CopyOnWriteArrayList<>();

	private final Queue<String> lookups = new ConcurrentLinkedQueue<>();

	private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

	private final EtcdNameResolver resolver;

	ToldChannel(EtcdResolver resolver) {
		this(resolver, GrpcRig.SERVICE);
	}

	ToldChannel(EtcdResolver resolver, String service) {
		this.resolver = new EtcdNameResolver(resolver, service, new AddressGroups(1), this::lookUp, args(), null);
	}

	void start() {
		this.context.execute(() -> this.resolver.start(this));
	}

	void refresh() {
		this.context.execute(this.resolver::refresh);
	}

	void shutdown() {
		this.context.execute(this.resolver::shutdown);
	}

	/** Says what a name leads to; no address is an unknown name. */
	void name(String host, String... addresses) {
		this.dns.put(host, List.of(addresses));
	}

	/** Lets lookups of a name hang. */
	void hold(String host) {
		this.held.put(host, new CountDownLatch(1));
	}

	void release(String host) {
		this.held.get(host).countDown();
	}

	/** Returns what was told last: addresses, or what is wrong. */
	List<String> last() {
		return this.results.get(this.results.size() - 1);
	}

	List<List<String>> results() {
		return this.results;
	}

	/** Counts the lookups of a name whose answer has been settled. */
	long lookups(String host) {
		return this.lookups.stream().filter(host::equals).count();
	}

	/** Returns the threads on which names were looked up. */
	List<Thread> threads() {
		return List.copyOf(this.threads);
	}

	private InetAddress[] lookUp(String host) throws UnknownHostException {
		List<String> addresses = this.dns.getOrDefault(host, List.of());
		this.threads.add(Thread.currentThread());
		this.lookups.add(host);
		CountDownLatch hold = this.held.get(host);
		if (hold != null) {
			awaitUnchecked(hold);
		}
		InetAddress[] found = new InetAddress[addresses.size()];
		for (int i = 0; i < found.length; i++) {
			found[i] = InetAddress.getByName(addresses.get(i));
		}
		if (found.length == 0) {
			throw new UnknownHostException(host);
		}
		return found;
	}

	private static void awaitUnchecked(CountDownLatch latch) {
		try {
			latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private NameResolver.Args args() {
		return NameResolver.Args.newBuilder()
			.setDefaultPort(80)
			.setProxyDetector((address) -> null)
			.setSynchronizationContext(this.context)
			.setScheduledExecutorService(this.timer)
			.setServiceConfigParser(new NameResolver.ServiceConfigParser() {

				@Override
				public NameResolver.ConfigOrError parseServiceConfig(Map<String, ?> config) {
					return NameResolver.ConfigOrError.fromConfig(config);
				}

			})
			.build();
	}

	@Override
	public void onResult(NameResolver.ResolutionResult result) {
		StatusOr<List<EquivalentAddressGroup>> told = result.getAddressesOrError();
		this.results.add(told.hasValue() ? told.getValue().stream().map(ToldChannel::addresses).sorted().toList()
				: List.of(String.valueOf(told.getStatus().getDescription())));
	}

	private static String addresses(EquivalentAddressGroup group) {
		return String.join(" ",
				group.getAddresses()
					.stream()
					.map((address) -> ((InetSocketAddress) address).getAddress().getHostAddress())
					.toList());
	}

	@Override
	public void onError(Status error) {
		this.results.add(List.of(String.valueOf(error.getDescription())));
	}

	@Override
	public void close() {
		shutdown();
		this.held.values().forEach(CountDownLatch::countDown);
		this.timer.shutdownNow();
	}

	/** Half a minute is over in a second. */
	private static final class Impatient extends ScheduledThreadPoolExecutor {

		Impatient() {
			super(1);
		}

		@Override
		public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
			long millis = unit.toMillis(delay);
			return super.schedule(task, (millis < 10_000) ? millis : millis / 30, TimeUnit.MILLISECONDS);
		}

	}

}
