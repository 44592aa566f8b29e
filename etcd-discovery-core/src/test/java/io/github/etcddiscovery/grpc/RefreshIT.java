package io.github.etcddiscovery.grpc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.test.EtcdExtension;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.grpc.GrpcRig.within;
import static org.assertj.core.api.Assertions.assertThat;

/** What a channel is told again when it asks, and that nothing holds it up. */
class RefreshIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final Duration SOON = Duration.ofSeconds(5);

	private static final String NAME = "a.example.org";

	private final GrpcRig rig = new GrpcRig(etcd);

	private final SynchronizationContext context = new SynchronizationContext((thread, failure) -> {
		throw new AssertionError(failure);
	});

	private final Map<String, String> dns = new ConcurrentHashMap<>(Map.of(NAME, "10.0.0.1"));

	private final AtomicInteger lookups = new AtomicInteger();

	/** The first lookup answers when this is open. */
	private volatile CountDownLatch first = new CountDownLatch(0);

	private final Told told = new Told();

	private final EtcdNameResolver resolver = new EtcdNameResolver(this.rig.resolver, GrpcRig.SERVICE,
			new AddressGroups(new HostLookup(this::lookUp), 1), args(), null);

	@AfterEach
	void close() {
		this.context.execute(this.resolver::shutdown);
		this.rig.close();
	}

	@Test
	void aHostNameIsLookedUpAgain() {
		register(NAME);
		start();
		within(SOON, () -> this.told.last().equals(List.of("10.0.0.1:80")));
		this.dns.put(NAME, "10.0.0.2");
		this.context.execute(this.resolver::refresh);
		within(SOON, () -> this.told.last().equals(List.of("10.0.0.2:80")));
	}

	@Test
	void whereAllAreAddressesThereIsNothingToTell() {
		Registration registration = register("10.0.0.7");
		start();
		within(SOON, () -> this.told.last().equals(List.of("10.0.0.7:80")));
		int before = this.told.results.size();
		this.context.execute(this.resolver::refresh);
		registration.update((instance) -> instance.withWeight(20));
		within(SOON, () -> this.told.results.size() > before);
		assertThat(this.told.results).hasSize(before + 1);
	}

	@Test
	void anErrorIsToldAgainSoThatCallsThatFailSayWhy() {
		within(SOON, () -> this.rig.resolver.await(GrpcRig.SERVICE).revision() > 0);
		start();
		within(SOON, () -> this.told.results.size() == 1);
		this.context.execute(this.resolver::refresh);
		within(SOON, () -> this.told.results.size() == 2);
		assertThat(this.told.last()).containsExactly("Service 'test/hello' has no instance in etcd");
	}

	@Test
	void namesThatCannotBeLookedUpAreAnErrorUntilTheyCan() {
		this.dns.clear();
		register(NAME);
		start();
		within(SOON, () -> this.told.last()
			.equals(List.of("Service 'test/hello' has only instances whose host names cannot be looked up")));
		this.dns.put(NAME, "10.0.0.1");
		this.context.execute(this.resolver::refresh);
		within(SOON, () -> this.told.last().equals(List.of("10.0.0.1:80")));
	}

	@Test
	void aSlowLookupHoldsNobodyUpAndWhatItBringsLateIsPassedOver() {
		this.first = new CountDownLatch(1);
		register(NAME);
		start();
		within(SOON, () -> this.lookups.get() == 1);
		this.dns.put(NAME, "10.0.0.2");
		this.context.execute(this.resolver::refresh);
		within(SOON, () -> this.told.last().equals(List.of("10.0.0.2:80")));
		int before = this.told.results.size();
		this.first.countDown();
		register("10.0.0.7");
		within(SOON, () -> this.told.last().size() == 2);
		assertThat(this.told.results.subList(before, this.told.results.size()))
			.allSatisfy((result) -> assertThat(result).doesNotContain("10.0.0.1:80"));
	}

	@Test
	void afterShutdownNothingIsTold() {
		this.first = new CountDownLatch(1);
		register(NAME);
		start();
		within(SOON, () -> this.lookups.get() == 1);
		this.context.execute(this.resolver::shutdown);
		int before = this.told.results.size();
		this.first.countDown();
		register("10.0.0.7");
		within(SOON, () -> this.rig.resolver.instances(GrpcRig.SERVICE).size() == 2);
		this.context.execute(() -> assertThat(this.told.results).hasSize(before));
	}

	private Registration register(String host) {
		Registration registration = this.rig.registry.register(Instance.of(GrpcRig.SERVICE, host, 80));
		within(SOON,
				() -> this.rig.resolver.instances(GrpcRig.SERVICE)
					.stream()
					.anyMatch((instance) -> instance.host().equals(host)));
		return registration;
	}

	private void start() {
		this.context.execute(() -> this.resolver.start(this.told));
	}

	private InetAddress[] lookUp(String host) throws UnknownHostException {
		String address = this.dns.getOrDefault(host, host.startsWith("10.") ? host : "");
		if (address.isEmpty()) {
			throw new UnknownHostException(host);
		}
		if (host.equals(NAME) && this.lookups.incrementAndGet() == 1) {
			awaitFirst();
		}
		return InetAddress.getAllByName(address);
	}

	private void awaitFirst() {
		try {
			this.first.await(20, TimeUnit.SECONDS);
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
			.setServiceConfigParser(new NameResolver.ServiceConfigParser() {

				@Override
				public NameResolver.ConfigOrError parseServiceConfig(Map<String, ?> config) {
					return NameResolver.ConfigOrError.fromConfig(config);
				}

			})
			.build();
	}

	/** What a channel was told: addresses, or what is wrong. */
	private static final class Told extends NameResolver.Listener2 {

		private final List<List<String>> results = new CopyOnWriteArrayList<>();

		private List<String> last() {
			return this.results.get(this.results.size() - 1);
		}

		@Override
		public void onResult(NameResolver.ResolutionResult result) {
			this.results
				.add(result.getAddressesOrError().hasValue()
						? result.getAddressesOrError()
							.getValue()
							.stream()
							.map((group) -> (InetSocketAddress) group.getAddresses().get(0))
							.map((address) -> address.getAddress().getHostAddress() + ":" + address.getPort())
							.toList()
						: List.of(String.valueOf(result.getAddressesOrError().getStatus().getDescription())));
		}

		@Override
		public void onError(Status error) {
			this.results.add(List.of(String.valueOf(error.getDescription())));
		}

	}

}
