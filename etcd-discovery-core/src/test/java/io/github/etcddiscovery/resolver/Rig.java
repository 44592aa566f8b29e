package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import com.google.common.util.concurrent.MoreExecutors;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.model.ModelEtcd;
import io.github.etcddiscovery.probe.TcpProbe;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import io.github.etcddiscovery.retry.RetryOptions;

/**
 * A resolver on the model of etcd, on hand-driven time. Subscribers are called on the
 * thread that drives the time.
 */
final class Rig implements DiscoveryObserver {

	static final Layout KITEX = Layout.kitex();

	final ManualScheduler scheduler = new ManualScheduler();

	final ModelEtcd etcd = new ModelEtcd(this.scheduler);

	final EventLoop loop = this.scheduler.loop();

	final List<String> rejected = new ArrayList<>();

	final List<String> resyncs = new ArrayList<>();

	final List<String> counts = new ArrayList<>();

	/** What hosts say that are asked for a connection. */
	final Map<String, Answer> answers = new HashMap<>();

	/** What all other hosts say. */
	Answer otherwise = Answer.REFUSED;

	/** Hosts that were asked for a connection. */
	final List<String> probed = new ArrayList<>();

	/** Hosts that answer only when a test lets them. */
	final Map<String, Consumer<Answer>> silent = new HashMap<>();

	EtcdResolver resolver;

	private Services services;

	/** Starts a resolver; nothing has been read until the scheduler runs. */
	EtcdResolver start(UnaryOperator<ResolverOptions> options) {
		return start(options, sameThread());
	}

	EtcdResolver start(UnaryOperator<ResolverOptions> options, Workers workers) {
		this.resolver = resolver(this.etcd.connect(), options.apply(ResolverOptions.defaults()).withObserver(this),
				workers);
		return this.resolver;
	}

	EtcdResolver resolver(EtcdClient client, ResolverOptions options) {
		return resolver(client, options, sameThread());
	}

	private EtcdResolver resolver(EtcdClient client, ResolverOptions options, Workers workers) {
		return new EtcdResolver(following(client, options, workers), workers);
	}

	/** Connections are asked for of {@link #answers}, never of the network. */
	Following following(EtcdClient client, ResolverOptions options, Workers workers) {
		Following following = new Following(client, options, this.loop, workers, new TcpProbe("unused", workers),
				this::ask);
		this.services = following.context().services();
		return following;
	}

	/** All services that the resolver knows that was started last. */
	Services services() {
		return this.services;
	}

	private void ask(String host, int port, Consumer<Answer> told) {
		this.probed.add(host);
		if (this.silent.containsKey(host)) {
			this.silent.put(host, told);
			return;
		}
		Answer answer = this.answers.getOrDefault(host, this.otherwise);
		this.loop.execute(() -> told.accept(answer));
	}

	/** Runs the code of users at once, on the thread that hands it over. */
	static Workers sameThread() {
		return Workers.on(MoreExecutors.newDirectExecutorService());
	}

	/** Starts a resolver with the default options and lets it read. */
	EtcdResolver started() {
		start(UnaryOperator.identity());
		run();
		return this.resolver;
	}

	void run() {
		this.scheduler.runReady();
	}

	void advance(Duration duration) {
		this.scheduler.advance(duration);
	}

	static UnaryOperator<ResolverOptions> timing(Duration firstSnapshot, Duration resync, Duration stale) {
		return (options) -> options.withTiming(new ResolverOptions.Timing(firstSnapshot, resync, stale,
				Duration.ofSeconds(30), RetryOptions.defaults()));
	}

	static Instance instance(String service, int number) {
		return Instance.of(service, "10.0.0." + number, 8888);
	}

	void put(Instance instance) {
		put(KITEX, instance);
	}

	void put(Layout layout, Instance instance) {
		this.etcd.put(layout.key(instance), layout.codec().value(instance));
	}

	void delete(Instance instance) {
		delete(KITEX, instance);
	}

	void delete(Layout layout, Instance instance) {
		this.etcd.delete(layout.key(instance).strictUtf8());
	}

	List<String> hosts(String service) {
		return this.resolver.snapshot(service).instances().stream().map(Instance::host).toList();
	}

	@Override
	public void rejected(String reason) {
		this.rejected.add(reason);
	}

	@Override
	public void resync(String reason) {
		this.resyncs.add(reason);
	}

	@Override
	public void instances(String service, int instances) {
		this.counts.add(service + "=" + instances);
	}

}
