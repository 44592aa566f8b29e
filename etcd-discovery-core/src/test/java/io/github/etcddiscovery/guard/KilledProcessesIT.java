package io.github.etcddiscovery.guard;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.registry.RegistrantProcess;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What callers see of ten instances when half of them are processes that are killed with
 * -9. They listen until then, and stay in a real etcd until their leases end.
 */
@Tag("long")
class KilledProcessesIT {

	/** For leases to end, too. */
	private static final Duration SOON = Duration.ofSeconds(20);

	/** Long enough for processes on a machine that is busy. */
	private static final Duration TTL = Duration.ofSeconds(5);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@RegisterExtension
	private final LoggedLines lines = new LoggedLines("io.github.etcddiscovery.guard");

	private final String service = "s-" + UUID.randomUUID();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	private final List<RegistrantProcess> killed = new ArrayList<>();

	private final List<Provider> survivors = new ArrayList<>();

	/** The ports in each list that the guarded caller saw. */
	private final List<Set<Integer>> seen = new CopyOnWriteArrayList<>();

	@BeforeEach
	void tenRegister() throws Exception {
		for (int i = 0; i < 5; i++) {
			this.killed.add(RegistrantProcess.startListening(etcd.endpoint(), this.service, TTL));
			this.survivors.add(new Provider(this.client, this.service, 0, TTL, true).registered());
		}
	}

	@AfterEach
	void close() throws Exception {
		RegistrantProcess.kill(this.killed);
		this.survivors.forEach(Provider::close);
		this.client.close();
	}

	/** A caller that guards nothing tells when each has left the registry. */
	@Test
	void ofHalfThatIsKilledEachIsHeldForASecondAtMostAndNobodyElseIsLost() throws Exception {
		Set<Integer> alive = this.survivors.stream().map(Provider::port).collect(Collectors.toSet());
		try (EtcdResolver guarded = resolver(
				new GuardOptions(true, 50, 3, Duration.ofSeconds(15), Duration.ofMinutes(5), true));
				EtcdResolver unguarded = resolver(GuardOptions.off())) {
			guarded.subscribe(this.service, (snapshot) -> this.seen.add(ports(snapshot.instances())));
			Departures left = Departures.seenBy(unguarded, this.service);
			Departures missed = Departures.seenBy(guarded, this.service);
			allTenAccept(guarded);
			RegistrantProcess.kill(this.killed);
			await().atMost(SOON).until(() -> left.size() == 5 && missed.size() == 5);
			assertThat(missed.behind(left)).isLessThan(Duration.ofSeconds(1));
			assertThat(ports(guarded.instances(this.service))).isEqualTo(alive);
			assertThat(guarded.heldBack()).isEmpty();
		}
		assertThat(this.seen).allMatch((ports) -> ports.containsAll(alive));
		assertThat(this.lines.at("WARN")).singleElement().asString().contains("of 10 instances of service '");
		assertThat(this.lines.at("INFO")).singleElement().asString().contains(" 0 came back", " 0 were kept");
	}

	/** To be made after them all, or they would count as new. */
	private EtcdResolver resolver(GuardOptions guard) {
		EtcdResolver resolver = EtcdResolver.create(this.client, ResolverOptions.defaults().withGuard(guard));
		await().atMost(SOON).until(() -> resolver.instances(this.service).size() == 10);
		return resolver;
	}

	/** Or the probe would let go even of those that live. */
	private void allTenAccept(EtcdResolver resolver) throws IOException {
		for (int port : ports(resolver.instances(this.service))) {
			new Socket(InetAddress.getLoopbackAddress(), port).close();
		}
	}

	private static Set<Integer> ports(List<Instance> instances) {
		return instances.stream().map(Instance::port).collect(Collectors.toSet());
	}

}
