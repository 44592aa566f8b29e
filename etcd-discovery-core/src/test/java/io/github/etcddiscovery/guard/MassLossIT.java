package io.github.etcddiscovery.guard;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What callers see of ten instances that listen, while a real etcd loses them, and while
 * they leave or crash.
 */
class MassLossIT {

	private static final Duration SOON = Duration.ofSeconds(15);

	private static final Duration SHORT = Duration.ofSeconds(2);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@RegisterExtension
	private final LoggedLines lines = new LoggedLines("io.github.etcddiscovery.guard");

	private final String service = "s-" + UUID.randomUUID();

	private final EtcdClient callers = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	/** The way of the registrants to etcd. */
	private final TcpProxy way = TcpProxy.to(address(etcd.endpoint()));

	private final EtcdClient registrants = EtcdClient
		.connect(EtcdClientSettings.of("http://127.0.0.1:" + this.way.port()));

	private final List<Provider> providers = new ArrayList<>();

	private EtcdResolver resolver;

	/** How many instances the list had, one list after the other. */
	private final List<Integer> sizes = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.way.heal();
		this.providers.forEach(Provider::close);
		this.resolver.close();
		this.callers.close();
		this.registrants.close();
		this.way.close();
		// The next test would guard what is left there, too.
		etcd.etcdctl("del", "--prefix", "kitex/");
	}

	@Test
	void aWipedEtcdTakesNobodyOutOfTheList() throws Exception {
		ten(SHORT, true);
		this.way.cut();
		etcd.cluster().wipe();
		awaitHeld(10);
		this.way.heal();
		awaitHeld(0);
		assertThat(this.sizes).containsOnly(10);
		assertThat(this.lines.at("WARN")).singleElement().asString().startsWith("10 of 10 instances of service '");
		assertThat(this.lines.at("INFO")).singleElement().asString().contains(": 10 came back");
	}

	/**
	 * Below the threshold those whose leases end first go, and are back with the rest.
	 */
	@Test
	void leasesThatAreRevokedInABodyTakeNobodyOutOfTheListForLong() throws Exception {
		ten(Duration.ofMinutes(1), true);
		this.way.cut();
		this.providers.forEach((provider) -> etcd.etcdctl("lease", "revoke", Long.toHexString(provider.lease())));
		awaitHeld(10);
		assertThat(this.resolver.instances(this.service)).hasSize(10);
		assertThat(this.sizes).allMatch((size) -> size >= 6);
		this.way.heal();
		awaitHeld(0);
		assertThat(this.resolver.instances(this.service)).hasSize(10);
		assertThat(this.lines.at("WARN")).hasSize(1);
	}

	@Test
	void anOutageOfRegistrantsThatEndsTheLeaseOfTenInstancesTakesNobodyOutOfTheList() throws Exception {
		Provider first = new Provider(this.registrants, this.service, 0, SHORT, true).registered();
		this.providers.add(first);
		List<ServerSocket> others = new ArrayList<>();
		try {
			for (int i = 1; i < 10; i++) {
				others.add(first.alsoRegister(this.service));
			}
			first.allRegistered();
			resolve();
			this.way.cut();
			awaitHeld(10);
			this.way.heal();
			awaitHeld(0);
			assertThat(this.sizes).containsOnly(10);
		}
		finally {
			for (ServerSocket other : others) {
				other.close();
			}
		}
	}

	@Test
	void whoLeavesIsNeverHeldThoughItGoesOnListening() throws Exception {
		ten(SHORT, true);
		this.providers.subList(0, 9).forEach(Provider::leave);
		await().atMost(Duration.ofSeconds(2)).until(() -> this.resolver.instances(this.service).size() == 1);
		this.providers.subList(0, 9).forEach(Provider::close);
		assertThat(this.resolver.heldBack()).isEmpty();
		assertThat(this.lines.all()).isEmpty();
	}

	/**
	 * As with no drain-delay: key, lease and port go at nearly the same time. A caller
	 * that guards nothing tells when each has left the registry.
	 */
	@Test
	void whoRevokesAtOnceIsHeldForASecondAtMost() throws Exception {
		ten(SHORT, true);
		assertThat(longestHeldOfFiveThatClose()).isLessThan(Duration.ofSeconds(1));
		assertThat(this.resolver.heldBack()).isEmpty();
	}

	private Duration longestHeldOfFiveThatClose() {
		ExecutorService threads = Executors.newFixedThreadPool(5);
		try (EtcdResolver unguarded = EtcdResolver.create(this.callers,
				ResolverOptions.defaults().withGuard(GuardOptions.off()))) {
			await().atMost(SOON).until(() -> unguarded.instances(this.service).size() == 10);
			Departures left = Departures.seenBy(unguarded, this.service);
			Departures seen = Departures.seenBy(this.resolver, this.service);
			this.providers.subList(0, 5).forEach((provider) -> threads.execute(provider::close));
			await().atMost(SOON).until(() -> left.size() == 5 && seen.size() == 5);
			return seen.behind(left);
		}
		finally {
			threads.shutdown();
			await().atMost(SOON).until(threads::isTerminated);
		}
	}

	@Test
	void aRollingRestartHoldsNobody() throws Exception {
		ten(SHORT, true);
		for (int i = 0; i < 10; i++) {
			Provider old = this.providers.get(i);
			int size = this.sizes.size();
			old.leave();
			await().atMost(SOON).until(() -> this.sizes.size() > size);
			old.close();
			this.providers.set(i, new Provider(this.registrants, this.service, old.port(), SHORT, true).registered());
			awaitSize(10);
		}
		assertThat(this.sizes).allMatch((size) -> size >= 9);
		assertThat(this.lines.all()).isEmpty();
	}

	@Test
	void ofACrashOfHalfEachIsHeldForASecondAtMost() throws Exception {
		ten(SHORT, false);
		assertThat(longestHeldOfFiveThatClose()).isLessThan(Duration.ofSeconds(1));
		await().atMost(Duration.ofSeconds(2)).until(() -> this.resolver.heldBack().isEmpty());
		assertThat(this.lines.at("WARN")).hasSize(1);
		assertThat(this.lines.at("INFO")).singleElement().asString().contains(" 0 came back", " 0 were kept");
	}

	private void ten(Duration ttl, boolean leaving) throws Exception {
		for (int i = 0; i < 10; i++) {
			this.providers.add(new Provider(this.registrants, this.service, 0, ttl, leaving));
		}
		for (Provider provider : this.providers) {
			provider.registered();
		}
		resolve();
	}

	/** After them all, or they would count as new. */
	private void resolve() {
		this.resolver = EtcdResolver.create(this.callers, ResolverOptions.defaults()
			.withGuard(new GuardOptions(true, 50, 3, Duration.ofSeconds(15), Duration.ofMinutes(5), true)));
		awaitSize(10);
		this.resolver.subscribe(this.service, (snapshot) -> this.sizes.add(snapshot.instances().size()));
		await().atMost(SOON).until(() -> !this.sizes.isEmpty());
	}

	private void awaitSize(int size) {
		await().atMost(SOON).until(() -> this.resolver.instances(this.service).size() == size);
	}

	private void awaitHeld(int instances) {
		await().atMost(SOON).until(() -> this.resolver.heldBack().getOrDefault(this.service, 0) == instances);
	}

	private static InetSocketAddress address(String endpoint) {
		int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
	}

}
