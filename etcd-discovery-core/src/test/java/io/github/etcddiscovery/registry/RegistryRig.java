package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import com.google.common.util.concurrent.MoreExecutors;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.model.ModelEtcd;
import io.github.etcddiscovery.retry.RetryOptions;
import org.jspecify.annotations.Nullable;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;

/**
 * A registry on a model of etcd and on time that is driven by hand.
 */
final class RegistryRig {

	static final Instance ECHO = Instance.of("echo", "10.0.0.5", 8888);

	static final String KEY = "kitex/registry-etcd/echo/10.0.0.5:8888";

	static final Duration TTL = Duration.ofSeconds(15);

	final ManualScheduler scheduler = new ManualScheduler();

	final ModelEtcd etcd = new ModelEtcd(this.scheduler);

	final List<String> transitions = new ArrayList<>();

	final Set<String> observedKeys = new HashSet<>();

	final DiscoveryObserver observer = new DiscoveryObserver() {

		@Override
		public void registrationState(String service, String key, String from, String to) {
			RegistryRig.this.transitions.add(to);
			RegistryRig.this.observedKeys.add(key);
		}

	};

	final EtcdRegistry registry;

	RegistryRig() {
		this(RegistryOptions.defaults());
	}

	RegistryRig(RegistryOptions options) {
		this(options, Duration.ofSeconds(3));
	}

	RegistryRig(RegistryOptions options, Duration requestTimeout) {
		this(options, requestTimeout, Workers.named("test-worker"));
	}

	private RegistryRig(RegistryOptions options, Duration requestTimeout, Workers workers) {
		this.registry = registry(this.etcd.connect(requestTimeout), options, workers);
	}

	/**
	 * One that makes no thread: what is to run on others runs where it is handed over.
	 */
	static RegistryRig withoutThreads(RegistryOptions options) {
		return new RegistryRig(options, Duration.ofSeconds(3), Workers.on(MoreExecutors.newDirectExecutorService()));
	}

	/** One that runs what is to run on others on threads of the caller's. */
	static RegistryRig on(Workers workers) {
		return new RegistryRig(RegistryOptions.defaults(), Duration.ofSeconds(3), workers);
	}

	/** One that gives up after so many attempts. */
	static RegistryRig stoppingAfter(int attempts) {
		return stoppingAfter(attempts, Layout.kitex());
	}

	static RegistryRig stoppingAfter(int attempts, Layout... layouts) {
		RetryOptions retry = RetryOptions.defaults();
		return new RegistryRig(RegistryOptions.defaults()
			.withLayouts(layouts)
			.withRetry(
					new RetryOptions(attempts, retry.initialDelay(), retry.retryDelay(), retry.observeDelay(), true)));
	}

	/** Another process on the same etcd. */
	EtcdRegistry registry(RegistryOptions options) {
		return registry(this.etcd.connect(), options, Workers.named("test-worker"));
	}

	/** Another process on the same etcd, with a client of its own. */
	EtcdRegistry registry(EtcdClient client) {
		return registry(client, RegistryOptions.defaults(), Workers.named("test-worker"));
	}

	private EtcdRegistry registry(EtcdClient client, RegistryOptions options, Workers workers) {
		return new EtcdRegistry(context(client, options, workers));
	}

	private RegistryContext context(EtcdClient client, RegistryOptions options, Workers workers) {
		return new RegistryContext(client, options.withObserver(this.observer), this.scheduler.loop(), workers,
				new Random(42));
	}

	/** The heart of another registry. */
	Reconciler reconciler() {
		return new Reconciler(context(this.etcd.connect(), RegistryOptions.defaults(), Workers.named("test-worker")));
	}

	/** Another process on the same etcd, with a client and a loop that fail. */
	EtcdRegistry registry(FaultyClient faulty) {
		return new EtcdRegistry(new RegistryContext(faulty.client(), RegistryOptions.defaults(),
				faulty.loop(this.scheduler), Workers.named("test-worker"), new Random(42)));
	}

	/** A lease that is not begun. */
	RegistryLease lease(long id) {
		Reconciler reconciler = reconciler();
		return new RegistryLease(new Lease(id, TTL), this.scheduler.now(), reconciler.context, reconciler.leases);
	}

	Registration registered() {
		Registration registration = this.registry.register(ECHO);
		run();
		return registration;
	}

	/** What {@code close} does, but for the wait for the removal. */
	static void leave(Registration registration) {
		((RegistrationHandle) registration).startClose();
	}

	/** Closes the registry, which waits for what happens on our thread meanwhile. */
	void closeRegistry() {
		close(this.registry);
	}

	void close(EtcdRegistry closing) {
		CompletableFuture<Void> closed = CompletableFuture.runAsync(closing::close, OWN_THREADS);
		while (!closed.isDone()) {
			run();
		}
	}

	void run() {
		this.scheduler.runReady();
	}

	void advance(Duration duration) {
		this.scheduler.advance(duration);
	}

	void advanceSeconds(double seconds) {
		this.scheduler.advance(Duration.ofNanos((long) (seconds * 1e9)));
	}

	@Nullable Entry entry() {
		return this.etcd.entry(KEY);
	}

	String value() {
		Entry entry = entry();
		return (entry != null) ? entry.value().strictUtf8() : "absent";
	}

	long lease() {
		return this.registry.lease().id();
	}

}
