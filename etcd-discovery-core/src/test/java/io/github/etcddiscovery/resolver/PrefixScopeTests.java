package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

class PrefixScopeTests {

	private final Rig rig = new Rig();

	@Test
	void knowsEveryServiceFromTheStartByOneWatch() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("b", 1));
		this.rig.put(instance("b", 2));
		EtcdResolver resolver = this.rig.started();
		assertThat(resolver.services()).containsExactly("a", "b");
		assertThat(this.rig.hosts("b")).containsExactly("10.0.0.1", "10.0.0.2");
		assertThat(resolver.snapshots()).hasSize(2);
		assertThat(this.rig.etcd.calls(Call.WATCH)).isEqualTo(1);
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
	}

	@Test
	void aChangeIsVisibleAsSoonAsItArrives() {
		EtcdResolver resolver = this.rig.started();
		this.rig.put(instance("a", 1));
		assertThat(resolver.instances("a")).isEmpty();
		this.rig.run();
		assertThat(resolver.instances("a")).containsExactly(instance("a", 1));
		assertThat(resolver.snapshot("a").revision()).isEqualTo(2);
		this.rig.delete(instance("a", 1));
		this.rig.run();
		assertThat(resolver.instances("a")).isEmpty();
		assertThat(resolver.services()).isEmpty();
		assertThat(resolver.snapshot("a").revision()).isEqualTo(3);
		assertThat(this.rig.counts).containsExactly("a=1", "a=0");
	}

	@Test
	void anUnknownServiceIsReadAndEmptyAndLeavesNothingBehind() {
		EtcdResolver resolver = this.rig.started();
		assertThat(resolver.snapshot("nobody").state()).isEqualTo(State.READ);
		assertThat(resolver.await("nobody").instances()).isEmpty();
		assertThat(resolver.snapshots()).isEmpty();
	}

	@Test
	void anEmptySetIsSomethingElseThanAnUnknownOne() {
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.started();
		assertThat(resolver.snapshot("a").state()).isEqualTo(State.UNREAD);
		assertThat(resolver.snapshot("a").revision()).isZero();
	}

	@Test
	void theSameListIsReturnedUntilThatServiceChanges() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("b", 1));
		EtcdResolver resolver = this.rig.started();
		List<Instance> list = resolver.instances("a");
		ServiceSnapshot snapshot = resolver.snapshot("a");
		List<String> services = resolver.services();
		this.rig.put(instance("b", 2));
		this.rig.put(instance("a", 1));
		this.rig.etcd.put("kitex/registry-etcd/a/x/y", "of another layout");
		this.rig.run();
		this.rig.advance(Duration.ofMinutes(10));
		assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isPositive();
		assertThat(resolver.instances("a")).isSameAs(list);
		assertThat(resolver.snapshot("a")).isSameAs(snapshot);
		assertThat(resolver.services()).isSameAs(services);
		assertThat(resolver.instances("b")).hasSize(2);
	}

	@Test
	void anUnknownServiceHasTheSameListEachTime() {
		EtcdResolver resolver = this.rig.started();
		assertThat(resolver.instances("nobody")).isSameAs(resolver.instances("nobody"));
	}

	@Test
	void aMetadataUpdateReplacesTheInstanceInPlace() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("a", 2));
		this.rig.put(instance("a", 3));
		EtcdResolver resolver = this.rig.started();
		Instance first = resolver.instances("a").get(0);
		this.rig.put(instance("a", 2).withTag("zone", "z1"));
		this.rig.run();
		assertThat(resolver.instances("a")).containsExactly(instance("a", 1), instance("a", 2).withTag("zone", "z1"),
				instance("a", 3));
		assertThat(resolver.instances("a").get(0)).isSameAs(first);
		assertThat(this.rig.counts).containsExactly("a=3", "a=3");
	}

	@Test
	void aServiceWhoseNameBeginsLikeAnotherIsNotMixedUpWithIt() {
		this.rig.put(instance("svc7", 1));
		this.rig.put(instance("svc70", 2));
		this.rig.started();
		assertThat(this.rig.hosts("svc7")).containsExactly("10.0.0.1");
		assertThat(this.rig.hosts("svc70")).containsExactly("10.0.0.2");
		assertThat(this.rig.hosts("svc")).isEmpty();
	}

	@Test
	void nothingThatIsKnownGoesWhileEtcdIsAway() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<Instance> list = resolver.instances("a");
		this.rig.etcd.down();
		this.rig.advance(Duration.ofHours(24));
		assertThat(resolver.instances("a")).isSameAs(list);
		this.rig.etcd.up();
		this.rig.advance(Duration.ofSeconds(10));
		assertThat(resolver.instances("a")).isSameAs(list);
		assertThat(resolver.staleFor()).isZero();
	}

	@Test
	void afterACompactionTheDifferenceIsExact() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("a", 2));
		this.rig.put(instance("b", 1));
		EtcdResolver resolver = this.rig.started();
		ServiceSnapshot before = resolver.snapshot("b");
		Instance kept = resolver.instances("a").get(1);
		this.rig.counts.clear();
		this.rig.etcd.cutStreams(Kind.COMPACTED);
		this.rig.delete(instance("a", 1));
		this.rig.put(instance("a", 3));
		this.rig.etcd.compact();
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(resolver.instances("a")).containsExactly(instance("a", 2), instance("a", 3));
		assertThat(resolver.instances("a").get(0)).isSameAs(kept);
		assertThat(resolver.snapshot("b")).isSameAs(before);
		assertThat(this.rig.counts).containsExactly("a=2");
		assertThat(this.rig.resyncs).containsExactly("compacted");
	}

	@Test
	void aWipedStoreIsBelievedAndRevisionsStartAnew() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("a", 2));
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.wipe();
		this.rig.put(instance("a", 1).withWeight(99));
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(resolver.instances("a")).containsExactly(instance("a", 1).withWeight(99));
		assertThat(resolver.snapshot("a").revision()).isEqualTo(2);
		assertThat(this.rig.resyncs).containsExactly("revision_regressed");
	}

	@Test
	void afterAWipeAnEntryIsReadAnewThoughItsRevisionIsTheOneKnown() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("b", 1));
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.wipe();
		this.rig.put(instance("a", 1).withWeight(20));
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(resolver.instances("a").get(0).weight()).isEqualTo(20);
	}

	@Test
	void aWipeThatNobodySawIsFoundByWhatStandsThere() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.wipe();
		this.rig.put(instance("a", 1).withWeight(20));
		this.rig.put(instance("b", 1));
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(this.rig.resyncs).containsExactly("unavailable");
		assertThat(resolver.instances("a").get(0).weight()).isEqualTo(20);
	}

	@Test
	void tenThousandInstancesTakeOneListAndOneEventTouchesOneService() {
		for (int i = 0; i < 10_000; i++) {
			this.rig.put(Instance.of("s" + (i % 100), "10.1." + (i / 250) + "." + (i % 250), 80));
		}
		EtcdResolver resolver = this.rig.started();
		assertThat(resolver.services()).hasSize(100);
		assertThat(resolver.snapshots()).hasSize(100).allMatch((snapshot) -> snapshot.instances().size() == 100);
		this.rig.counts.clear();
		this.rig.put(instance("s5", 1));
		this.rig.run();
		assertThat(this.rig.counts).containsExactly("s5=101");
	}

	@Test
	void anObserverThatThrowsHarmsNobody() {
		this.rig.start((options) -> options);
		EtcdResolver resolver = this.rig.resolver(this.rig.etcd.connect(),
				ResolverOptions.defaults().withObserver(new ThrowingObserver()));
		this.rig.put(instance("a", 1));
		this.rig.etcd.put("kitex/registry-etcd/a/10.0.0.9:1", "no JSON");
		this.rig.run();
		assertThat(resolver.instances("a")).hasSize(1);
	}

	private static final class ThrowingObserver implements io.github.etcddiscovery.DiscoveryObserver {

		@Override
		public void watchEvents(int count) {
			throw new IllegalStateException("thrown by a test");
		}

		@Override
		public void rejected(String reason) {
			throw new IllegalStateException("thrown by a test");
		}

		@Override
		public void instances(String service, int instances) {
			throw new IllegalStateException("thrown by a test");
		}

	}

}
