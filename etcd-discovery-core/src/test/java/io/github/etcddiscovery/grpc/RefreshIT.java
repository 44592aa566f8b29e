package io.github.etcddiscovery.grpc;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.grpc.GrpcRig.within;
import static org.assertj.core.api.Assertions.assertThat;

/** What a channel is told again when it asks, and that nothing holds it up. */
class RefreshIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final Duration SOON = Duration.ofSeconds(8);

	private static final String NAME = "a.example.org";

	private final GrpcRig rig = new GrpcRig(etcd);

	private final ToldChannel channel = new ToldChannel(this.rig.resolver);

	@AfterEach
	void close() {
		this.channel.close();
		this.rig.close();
	}

	@Test
	void aHostNameIsLookedUpAgain() {
		this.channel.name(NAME, "10.0.0.1");
		this.rig.registerHosts(NAME);
		this.channel.start();
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.1")));
		this.channel.name(NAME, "10.0.0.2");
		this.channel.refresh();
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.2")));
	}

	@Test
	void whereNothingHasChangedThereIsNothingToTell() {
		this.channel.name(NAME, "10.0.0.1");
		this.rig.registerHosts(NAME);
		this.rig.registerHosts("10.0.0.7");
		this.channel.start();
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.1", "10.0.0.7")));
		int before = this.channel.results().size();
		this.channel.refresh();
		within(SOON, () -> this.channel.lookups(NAME) == 2);
		this.rig.registerHosts("10.0.0.8");
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.1", "10.0.0.7", "10.0.0.8")));
		within(SOON, () -> this.channel.lookups(NAME) == 3);
		assertThat(this.channel.results()).hasSize(before + 1);
	}

	@Test
	void anErrorIsToldAgainSoThatCallsThatFailSayWhy() {
		within(SOON,
				() -> this.rig.resolver.await(GrpcRig.SERVICE).revision() > 0 && this.rig.resolver.staleFor().isZero());
		this.channel.start();
		within(SOON, () -> this.channel.results().size() == 1);
		this.channel.refresh();
		within(SOON, () -> this.channel.results().size() == 2);
		assertThat(this.channel.last()).containsExactly("Service 'test/hello' has no instance in etcd");
	}

	@Test
	void namesThatCannotBeLookedUpAreAnErrorUntilTheyCan() {
		this.rig.registerHosts(NAME);
		this.channel.start();
		within(SOON, () -> !this.channel.results().isEmpty());
		assertThat(this.channel.last()).singleElement()
			.asString()
			.contains("Service 'test/hello' has only instances whose host names cannot be looked up", NAME,
					"UnknownHostException");
		this.channel.name(NAME, "10.0.0.1");
		this.channel.refresh();
		within(SOON, () -> this.channel.last().equals(List.of("10.0.0.1")));
	}

	@Test
	void afterShutdownNothingIsToldAndNoThreadIsLeft() {
		this.channel.name(NAME, "10.0.0.1");
		this.channel.hold(NAME);
		this.rig.registerHosts(NAME);
		this.channel.start();
		within(SOON, () -> this.channel.lookups(NAME) == 1);
		this.channel.shutdown();
		this.channel.refresh();
		int before = this.channel.results().size();
		this.channel.release(NAME);
		this.rig.registerHosts("10.0.0.7");
		within(SOON, () -> this.channel.threads().stream().noneMatch(Thread::isAlive));
		assertThat(this.channel.results()).hasSize(before);
		assertThat(this.channel.lookups(NAME)).isEqualTo(1);
	}

}
