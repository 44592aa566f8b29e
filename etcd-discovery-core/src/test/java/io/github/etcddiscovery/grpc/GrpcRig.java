package io.github.etcddiscovery.grpc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.test.EtcdCommands;
import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolverProvider;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;

import static org.awaitility.Awaitility.await;

/** A resolver, a registry, real servers and real channels on a real etcd. */
final class GrpcRig implements AutoCloseable {

	static final String SERVICE = "test/hello";

	static final Layout LAYOUT = Layout.of(InstanceCodec.grpc());

	final EtcdClient client;

	final EtcdRegistry registry;

	final EtcdResolver resolver;

	private final Deque<Server> servers = new ConcurrentLinkedDeque<>();

	private final Deque<ManagedChannel> channels = new ConcurrentLinkedDeque<>();

	private final AtomicInteger connections = new AtomicInteger();

	private final ServerTransportFilter counting = new ServerTransportFilter() {

		@Override
		public Attributes transportReady(Attributes attributes) {
			GrpcRig.this.connections.incrementAndGet();
			return attributes;
		}

	};

	GrpcRig(EtcdCommands etcd) {
		this(EtcdClientSettings.of(etcd.endpoint()));
	}

	GrpcRig(EtcdClientSettings settings) {
		this(settings, ResolverOptions.defaults().withLayouts(LAYOUT));
	}

	GrpcRig(EtcdClientSettings settings, ResolverOptions options) {
		this.client = EtcdClient.connect(settings);
		this.registry = EtcdRegistry.create(this.client,
				RegistryOptions.defaults().withLayouts(LAYOUT).withTtl(Duration.ofSeconds(5)));
		this.resolver = EtcdResolver.create(this.client, options);
	}

	/** Starts a server on a free port; it answers with its port. */
	Server serve() {
		return serve("127.0.0.1");
	}

	Server serve(String host) {
		int[] port = new int[1];
		Server server = serve(host, () -> String.valueOf(port[0]));
		port[0] = server.getPort();
		return server;
	}

	Server serve(String host, Supplier<String> answer) {
		try {
			Server server = NettyServerBuilder.forAddress(new InetSocketAddress(host, 0))
				.addService(Echo.answering(answer))
				.addTransportFilter(this.counting)
				.build()
				.start();
			this.servers.add(server);
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Starts servers and registers them; returns their names. */
	Set<String> register(int count) {
		return IntStream.range(0, count).mapToObj((number) -> {
			Server server = serve();
			RegisteredServer.register(this.registry, server, GrpcRig::instance);
			return String.valueOf(server.getPort());
		}).collect(Collectors.toSet());
	}

	/** Registers instances that nobody serves, and waits until they are known. */
	void registerHosts(String... hosts) {
		List.of(hosts).forEach((host) -> this.registry.register(Instance.of(SERVICE, host, 80)));
		within(Duration.ofSeconds(8),
				() -> this.resolver.instances(SERVICE)
					.stream()
					.map(Instance::host)
					.toList()
					.containsAll(List.of(hosts)));
	}

	static Instance instance(int port) {
		return Instance.of(SERVICE, "127.0.0.1", port);
	}

	static String key(int port) {
		return SERVICE + "/127.0.0.1:" + port;
	}

	/** Counts the connections that clients have made. */
	int connections() {
		return this.connections.get();
	}

	void stopServers() {
		this.servers.forEach(Server::shutdownNow);
	}

	/** Takes servers out of the registry; they go on to serve. */
	void leave(Set<String> servers) {
		this.registry.registrations()
			.stream()
			.filter((registration) -> servers.contains(String.valueOf(registration.instance().port())))
			.forEach(Registration::close);
	}

	/** As Go's AddEndpoint writes it. */
	static String value(String address) {
		return "{\"Op\":0,\"Addr\":\"" + address + "\",\"Metadata\":null}";
	}

	/** Returns how a server answers. */
	static String name(RegisteredServer server) {
		return String.valueOf(server.registration().instance().port());
	}

	ManagedChannel direct(int port) {
		return open(NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext());
	}

	ManagedChannel channel() {
		return channel("etcd:///" + SERVICE, "round_robin");
	}

	ManagedChannel channel(String target, String policy) {
		return open(builder(target, EtcdNameResolverProvider.on(this.resolver)).defaultLoadBalancingPolicy(policy));
	}

	/**
	 * That it is deprecated says only that registering for the whole JVM is preferred.
	 */
	@SuppressWarnings("deprecation")
	static ManagedChannelBuilder<?> builder(String target, NameResolverProvider provider) {
		return NettyChannelBuilder.forTarget(target).usePlaintext().nameResolverFactory(provider);
	}

	ManagedChannel open(ManagedChannelBuilder<?> builder) {
		ManagedChannel channel = builder.build();
		this.channels.push(channel);
		return channel;
	}

	/** Returns who answers some calls. */
	static Set<String> answering(ManagedChannel channel) {
		return IntStream.range(0, 12).mapToObj((number) -> Echo.call(channel)).collect(Collectors.toSet());
	}

	static void within(Duration duration, Callable<Boolean> condition) {
		await().atMost(duration).pollInterval(Duration.ofMillis(20)).ignoreExceptions().until(condition);
	}

	@Override
	public void close() {
		this.channels.forEach(ManagedChannel::shutdownNow);
		this.channels.forEach(GrpcRig::awaitEnd);
		stopServers();
		this.resolver.close();
		this.registry.close();
		this.client.close();
	}

	private static void awaitEnd(ManagedChannel channel) {
		try {
			channel.awaitTermination(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
