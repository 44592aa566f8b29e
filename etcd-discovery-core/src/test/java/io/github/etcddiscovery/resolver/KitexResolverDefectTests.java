package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Kitex's {@code registry-etcd} v0.2.6 gets wrong when it resolves, by the numbers
 * that docs/parity.md gives these defects, and what happens here instead.
 */
class KitexResolverDefectTests {

	private final Rig rig = new Rig();

	@Test
	void d19IsToldOfChangesAndReadsNothingMeanwhile() {
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.resetCalls();
		for (int number = 1; number <= 20; number++) {
			this.rig.put(instance("a", number));
			this.rig.run();
			assertThat(resolver.instances("a")).hasSize(number);
		}
		this.rig.advance(Duration.ofMinutes(3));

		assertThat(this.rig.etcd.calls(Call.LIST)).isZero();
	}

	@Test
	void d20AServiceScaledToNothingIsAnEmptyListAndNotTheLastOne() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<Integer> told = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> told.add(snapshot.instances().size()));
		this.rig.run();
		this.rig.delete(instance("a", 1));
		this.rig.run();

		assertThat(resolver.instances("a")).isEmpty();
		assertThat(resolver.snapshot("a").state()).isEqualTo(State.READ);
		assertThat(told).containsExactly(1, 0);
	}

	@Test
	void d21AnOutageHoldsUpNoLookupOfAnyService() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("b", 1));
		EtcdResolver resolver = this.rig.start((options) -> options.withScope(Scope.SERVICE));
		this.rig.run();
		resolver.snapshot("a");
		this.rig.run();
		this.rig.etcd.down();
		resolver.snapshot("b");
		this.rig.advance(Duration.ofMinutes(5));

		// The model answers when it is driven, and nobody drives it now: what waited for
		// etcd would wait for ever.
		assertThat(resolver.await("a").instances()).hasSize(1);
		assertThat(resolver.await("b").state()).isEqualTo(State.UNREAD);
	}

	@Test
	void d22TheOrderIsTheSameForAllAndATagThatChangesIsAChange() {
		this.rig.put(instance("a", 2));
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<Instance> before = resolver.instances("a");
		assertThat(before).extracting(Instance::host).containsExactly("10.0.0.1", "10.0.0.2");
		this.rig.put(instance("a", 2).withTag("version", "2"));
		this.rig.run();

		assertThat(resolver.instances("a")).extracting(Instance::host).containsExactly("10.0.0.1", "10.0.0.2");
		assertThat(resolver.instances("a").get(1).tags()).containsEntry("version", "2");
		assertThat(before.get(1).tags()).isEmpty();
	}

	/** During an update of Kitex, or of what it is called by. */
	@Test
	void d24AnIpv6InstanceInBothSpellingsIsOne() {
		for (String address : List.of("::1:8888", "[::1]:8888")) {
			this.rig.etcd.put("kitex/registry-etcd/a/" + address,
					"{\"network\":\"tcp\",\"address\":\"" + address + "\",\"weight\":10,\"tags\":null}");
		}
		EtcdResolver resolver = this.rig.started();

		assertThat(resolver.instances("a")).containsExactly(Instance.of("a", "::1", 8888));
	}

	/** v0.2.3 and v0.2.4 with retry, and the deprecated constructors of all versions. */
	@Test
	void d29InstancesUnderTheEmptyPrefixAreReadBesideThoseUnderTheUsualOne() {
		Layout empty = new Layout(InstanceCodec.kitex(), "");
		this.rig.etcd.put("/echo/10.0.0.1:8888",
				"{\"network\":\"tcp\",\"address\":\"10.0.0.1:8888\",\"weight\":0,\"tags\":null}");
		this.rig.put(instance("echo", 2));
		this.rig.etcd.put("/services/echo/10.0.0.3:8888", "http://10.0.0.3:8888");
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(Layout.kitex(), empty));
		this.rig.run();

		assertThat(resolver.instances("echo")).extracting(Instance::host).containsExactly("10.0.0.2", "10.0.0.1");
		assertThat(resolver.instances("echo")).extracting(Instance::weight).containsOnly(10);
		assertThat(resolver.services()).containsExactly("echo");
		assertThat(this.rig.rejected).isEmpty();
	}

	/**
	 * Kitex 0.1.0, and for 27 minutes cwgo, asked for all keys that begin like a name.
	 */
	@Test
	void c5AServiceWhoseNameBeginsLikeAnotherIsNotMixedUpWithIt() {
		this.rig.put(instance("user", 1));
		this.rig.put(instance("user-admin", 2));
		this.rig.put(instance("userdata", 3));
		for (Scope scope : Scope.values()) {
			EtcdResolver resolver = this.rig.start((options) -> options.withScope(scope));
			this.rig.run();
			resolver.snapshot("user");
			this.rig.run();
			assertThat(resolver.instances("user")).as("%s", scope)
				.extracting(Instance::host)
				.containsExactly("10.0.0.1");
		}
	}

	/** cwgo writes under the prefix as it is and looks elsewhere. */
	@Test
	void c2WhatIsWrittenUnderAPrefixWithAPercentSignIsFoundThere() {
		Layout percent = new Layout(InstanceCodec.kitex(), "100%/x");
		this.rig.put(percent, instance("a", 1));
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(percent));
		this.rig.run();

		assertThat(resolver.instances("a")).hasSize(1);
	}

}
