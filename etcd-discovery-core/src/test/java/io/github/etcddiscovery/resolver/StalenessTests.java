package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

class StalenessTests {

	private static final UnaryOperator<ResolverOptions> EMPTIED_AFTER_A_MINUTE = Rig.timing(Duration.ofSeconds(3),
			Duration.ofMinutes(5), Duration.ofMinutes(1));

	private final Rig rig = new Rig();

	@Test
	void growsFromTheLossOfTheWatchToItsConfirmation() {
		EtcdResolver resolver = this.rig.started();
		assertThat(resolver.staleFor()).isZero();
		this.rig.advance(Duration.ofMinutes(20));
		assertThat(resolver.staleFor()).isZero();
		this.rig.etcd.down();
		this.rig.advance(Duration.ofSeconds(42));
		assertThat(resolver.staleFor()).isEqualTo(Duration.ofSeconds(42));
		this.rig.etcd.up();
		this.rig.advance(Duration.ofSeconds(8));
		assertThat(resolver.staleFor()).isZero();
	}

	@Test
	void growsFromTheStartWhereEtcdIsAway() {
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.started();
		this.rig.advance(Duration.ofSeconds(42));
		assertThat(resolver.staleFor()).isEqualTo(Duration.ofSeconds(42));
	}

	@Test
	void aResyncDoesNotCountAsALoss() {
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.delay(Call.LIST, Duration.ofSeconds(1));
		for (int i = 0; i < 4_000; i++) {
			this.rig.advance(Duration.ofMillis(100));
			assertThat(resolver.staleFor()).isZero();
		}
		assertThat(this.rig.resyncs).containsExactly("interval");
	}

	@Test
	void countsFromTheFirstWatchThatWasLost() {
		EtcdResolver resolver = this.rig.start((options) -> options.withScope(Scope.SERVICE));
		this.rig.run();
		resolver.snapshot("a");
		this.rig.run();
		this.rig.etcd.refuse(Kind.UNAVAILABLE, Call.WATCH);
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advance(Duration.ofSeconds(10));
		resolver.snapshot("b");
		this.rig.advance(Duration.ofSeconds(5));
		assertThat(resolver.staleFor()).isEqualTo(Duration.ofSeconds(15));
	}

	@ParameterizedTest
	@EnumSource(names = { "LOGIN_REFUSED", "PERMISSION_DENIED" })
	void whatEtcdNeverLetUsReadHasNothingThatCouldGrowOld(Kind refusal) {
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.started();
		this.rig.advance(Duration.ofSeconds(5));
		this.rig.etcd.refuse(refusal, Call.LIST);
		this.rig.etcd.up();
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(resolver.staleFor()).isZero();
		this.rig.etcd.down();
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(resolver.staleFor()).isPositive();
	}

	@Test
	void aPermissionTakenAwayCounts() {
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.refuse(Kind.PERMISSION_DENIED);
		this.rig.etcd.cutStreams(Kind.PERMISSION_DENIED);
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(resolver.staleFor()).isEqualTo(Duration.ofMinutes(2));
	}

	@Test
	void whatIsTooOldIsNotShownAndComesBackWithEtcd() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("b", 1));
		EtcdResolver resolver = this.rig.start(EMPTIED_AFTER_A_MINUTE);
		List<Integer> told = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> told.add(snapshot.instances().size()));
		this.rig.run();
		List<Instance> before = resolver.instances("a");
		this.rig.etcd.down();
		this.rig.advance(Duration.ofSeconds(59));
		assertThat(resolver.instances("a")).isSameAs(before);
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(resolver.instances("a")).isEmpty();
		assertThat(resolver.snapshot("a").state()).isEqualTo(State.READ);
		assertThat(resolver.services()).isEmpty();
		this.rig.delete(instance("b", 1));
		this.rig.etcd.up();
		this.rig.advance(Duration.ofSeconds(8));
		assertThat(resolver.instances("a")).isEqualTo(before);
		assertThat(resolver.services()).containsExactly("a");
		assertThat(told).containsExactly(1, 0, 1);
	}

	@Test
	void whatWasTooOldComesBackThoughUnderLoadSomethingIsAlwaysOnItsWay() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.start(EMPTIED_AFTER_A_MINUTE);
		this.rig.run();
		this.rig.etcd.down();
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(resolver.instances("a")).isEmpty();
		this.rig.etcd.watchFaults().holdBack(true);
		this.rig.etcd.up();
		for (int i = 0; i < 10; i++) {
			this.rig.advance(Duration.ofSeconds(5));
			this.rig.put(instance("b", i));
			this.rig.advance(Duration.ofSeconds(2));
			this.rig.etcd.watchFaults().holdBack(false);
			this.rig.etcd.watchFaults().holdBack(true);
			this.rig.put(instance("b", i));
		}
		assertThat(resolver.staleFor()).isPositive();
		assertThat(resolver.instances("a")).hasSize(1);
	}

	@Test
	void aShortLossEmptiesNothing() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.start(EMPTIED_AFTER_A_MINUTE);
		this.rig.run();
		for (int i = 0; i < 20; i++) {
			this.rig.etcd.down();
			this.rig.advance(Duration.ofSeconds(30));
			assertThat(resolver.instances("a")).hasSize(1);
			this.rig.etcd.up();
			this.rig.advance(Duration.ofSeconds(10));
			assertThat(resolver.staleFor()).isZero();
		}
	}

	@Test
	void whatWasTooOldDoesNotComeBackByClosing() {
		for (Scope scope : Scope.values()) {
			Rig each = new Rig();
			each.put(instance("a", 1));
			EtcdResolver resolver = each.start((options) -> EMPTIED_AFTER_A_MINUTE.apply(options).withScope(scope));
			List<Integer> told = new ArrayList<>();
			resolver.subscribe("a", (snapshot) -> told.add(snapshot.instances().size()));
			each.run();
			each.etcd.down();
			each.advance(Duration.ofMinutes(2));
			resolver.close();
			each.advance(Duration.ofMinutes(2));
			assertThat(resolver.instances("a")).as("%s", scope).isEmpty();
			assertThat(told).as("%s", scope).containsExactly(1, 0);
		}
	}

	@Test
	void growsAfterClose() {
		EtcdResolver resolver = this.rig.started();
		resolver.close();
		this.rig.run();
		this.rig.advance(Duration.ofSeconds(7));
		assertThat(resolver.staleFor()).isEqualTo(Duration.ofSeconds(7));
	}

}
