package io.github.etcddiscovery.grpc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.grpc.GrpcRig.within;
import static org.assertj.core.api.Assertions.assertThat;

/** Names that are slow or unknown hold up nobody else. */
class HostNamesIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final Duration SOON = Duration.ofSeconds(8);

	private static final String SLOW = "slow.example.org";

	private static final String QUICK = "quick.example.org";

	private final List<String> rejected = new CopyOnWriteArrayList<>();

	private final GrpcRig rig = new GrpcRig(EtcdClientSettings.of(etcd.endpoint()),
			ResolverOptions.defaults()
				.withLayouts(GrpcRig.LAYOUT)
				.withDeniedAddresses(List.of("10.66.0.0/16"))
				.withObserver(new DiscoveryObserver() {

					@Override
					public void rejected(String reason) {
						HostNamesIT.this.rejected.add(reason);
					}

				}));

	private final ToldChannel channel = new ToldChannel(this.rig.resolver);

	@AfterEach
	void close() {
		this.channel.close();
		this.rig.close();
	}

	@Test
	void addressesAreToldWithoutWaitingForNames() {
		this.channel.name(SLOW, "10.0.0.1");
		this.channel.hold(SLOW);
		this.rig.registerHosts(SLOW, "10.0.0.7");
		this.channel.start();
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.7")));
		this.channel.release(SLOW);
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.1", "10.0.0.7")));
		assertThat(this.channel.results()).hasSize(2);
		assertThat(this.channel.lookups("10.0.0.7")).isZero();
	}

	@Test
	void aSlowNameIsLeftOutUntilItsAnswerComes() {
		this.channel.name(SLOW, "10.0.0.1");
		this.channel.name(QUICK, "10.0.0.2");
		this.channel.hold(SLOW);
		this.rig.registerHosts(SLOW, QUICK);
		this.channel.start();
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.2")));
		this.channel.release(SLOW);
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.1", "10.0.0.2")));
	}

	@Test
	void whereAllAreSlowCallsFailAndSayWhyUntilOneAnswers() {
		this.channel.name(SLOW, "10.0.0.1");
		this.channel.hold(SLOW);
		this.rig.registerHosts(SLOW);
		this.channel.start();
		within(SOON, () -> this.channel.last().get(0).contains("host names cannot be looked up"));
		assertThat(this.channel.last().get(0)).contains("'test/hello'", SLOW, "no answer");
		this.channel.release(SLOW);
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.1")));
	}

	@Test
	void aNameThatIsKnownKeepsItsAddressesWhileItIsLookedUpAgain() {
		this.channel.name(SLOW, "10.0.0.1");
		this.rig.registerHosts(SLOW);
		this.channel.start();
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.1")));
		this.channel.hold(SLOW);
		this.channel.name(SLOW, "10.0.0.3");
		this.rig.registerHosts("10.0.0.7");
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.1", "10.0.0.7")));
		this.channel.release(SLOW);
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.3", "10.0.0.7")));
	}

	@Test
	void whoAsksMoreOftenThanALookupTakesGetsOneLookupMoreAndIsTold() {
		this.channel.name(SLOW, "10.0.0.1");
		this.channel.hold(SLOW);
		this.rig.registerHosts(SLOW);
		this.channel.start();
		within(SOON, () -> this.channel.lookups(SLOW) == 1);
		for (int i = 0; i < 100; i++) {
			this.channel.refresh();
		}
		within(SOON, () -> !this.channel.results().isEmpty());
		assertThat(this.channel.threads()).hasSize(1);
		this.channel.release(SLOW);
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.1")));
		within(SOON, () -> this.channel.lookups(SLOW) == 2);
	}

	@Test
	void aNameThatFailedIsLookedUpAgainThoughNobodyAsks() {
		this.rig.registerHosts(QUICK, "10.0.0.7");
		this.channel.start();
		within(SOON, () -> this.channel.lookups(QUICK) == 1);
		this.channel.name(QUICK, "10.0.0.2");
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.2", "10.0.0.7")));
	}

	@Test
	void aNameDoesNotLeadToADeniedAddressIsCountedAndLookedUpAgain() {
		this.channel.name(QUICK, "10.66.0.1");
		this.rig.registerHosts(QUICK);
		this.channel.start();
		within(SOON, () -> this.channel.last().get(0).contains("must not be used"));
		within(SOON, () -> this.rejected.equals(List.of("address")));
		this.channel.name(QUICK, "10.66.0.1", "10.0.0.2");
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.2")));
	}

}
