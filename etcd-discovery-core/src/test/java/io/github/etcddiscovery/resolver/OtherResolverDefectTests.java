package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What resolving gets wrong in go-kit (G), etcd's naming (N), go-zero and Kratos, by the
 * numbers of docs/parity.md, and what happens here in their formats.
 */
class OtherResolverDefectTests {

	private static final Layout GO_KIT = Layout.of(InstanceCodec.goKit());

	private static final Layout GRPC = Layout.of(InstanceCodec.grpc());

	private final Rig rig = new Rig();

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "UNAVAILABLE", "PERMISSION_DENIED", "COMPACTED" })
	void g4AndN1AWatchThatEndsIsOpenedAgainWhyeverItHasEnded(Kind kind) {
		EtcdResolver resolver = start(GO_KIT, GRPC);
		resolver.snapshot("a");
		this.rig.run();
		this.rig.etcd.cutStreams(kind);
		this.rig.put(GO_KIT, instance("a", 1));
		this.rig.put(GRPC, instance("a", 2));
		this.rig.advance(Duration.ofSeconds(31));
		assertThat(resolver.instances("a")).hasSize(2);
		this.rig.put(GRPC, instance("a", 3));
		this.rig.run();

		assertThat(resolver.instances("a")).hasSize(3);
	}

	@Test
	void g5AnErrorLeavesTheListAsItIs() {
		this.rig.put(GO_KIT, instance("a", 1));
		EtcdResolver resolver = start(GO_KIT);
		List<Instance> before = resolver.instances("a");
		List<Integer> told = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> told.add(snapshot.instances().size()));
		this.rig.etcd.refuse(Kind.UNAVAILABLE);
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advance(Duration.ofMinutes(30));

		assertThat(resolver.instances("a")).isSameAs(before);
		assertThat(told).containsExactly(1);
	}

	@Test
	void g11AChangeIsAppliedWithoutReadingTheWholeListAgain() {
		EtcdResolver resolver = start(GO_KIT);
		this.rig.etcd.resetCalls();
		for (int number = 1; number <= 50; number++) {
			this.rig.put(GO_KIT, instance("a", number));
			this.rig.run();
		}

		assertThat(resolver.instances("a")).hasSize(50);
		assertThat(this.rig.etcd.calls(Call.LIST)).isZero();
	}

	@Test
	void n3AServiceWithoutInstancesIsReadAndEmptyAndNobodyWaits() {
		EtcdResolver resolver = start(GRPC);
		List<ServiceSnapshot> told = new ArrayList<>();
		resolver.subscribe("a", told::add);
		this.rig.run();

		assertThat(told).singleElement().satisfies((snapshot) -> {
			assertThat(snapshot.state()).isEqualTo(State.READ);
			assertThat(snapshot.instances()).isEmpty();
		});
	}

	/** The same in Kratos, where one bad value fails the lookup of all others too. */
	@ParameterizedTest
	@MethodSource("io.github.etcddiscovery.codec.InstanceCodec#all")
	void n4AnEntryThatTurnsBadGoesAndTheOthersStay(InstanceCodec codec) {
		Layout layout = Layout.of(codec);
		this.rig.put(layout, instance("a", 1));
		this.rig.put(layout, instance("a", 2));
		EtcdResolver resolver = start(layout);
		resolver.snapshot("a");
		this.rig.run();
		assertThat(resolver.instances("a")).hasSize(2);
		this.rig.etcd.put(layout.key(instance("a", 1)).strictUtf8(), "{bad");
		this.rig.run();

		assertThat(resolver.instances("a")).extracting(Instance::host).containsExactly("10.0.0.2");
		assertThat(this.rig.rejected).hasSize(1);
	}

	@Test
	void n7TheWeightStandsInTheMetadataAndCounts() {
		this.rig.put(GRPC, instance("a", 1).withWeight(30).withTag("zone", "b"));
		this.rig.etcd.put("a/x", "{\"Op\":0,\"Addr\":\"10.0.0.2:8888\",\"Metadata\":{\"weight\":20}}");
		this.rig.etcd.put("a/y", "{\"Op\":0,\"Addr\":\"10.0.0.3:8888\",\"Metadata\":null}");
		EtcdResolver resolver = start(GRPC);
		resolver.snapshot("a");
		this.rig.run();

		assertThat(resolver.instances("a")).extracting(Instance::weight).containsExactly(30, 20, 10);
		assertThat(resolver.instances("a").get(0).zone()).isEqualTo("b");
	}

	/** It is back under another key, and for a moment under both. */
	@Test
	void goZeroAnInstanceUnderTwoKeysIsOneInstance() {
		Layout goZero = Layout.of(InstanceCodec.goZero());
		this.rig.etcd.put("user.rpc/7587875", "10.0.0.1:8888");
		EtcdResolver resolver = start(goZero);
		resolver.snapshot("user.rpc");
		this.rig.run();
		List<Instance> before = resolver.instances("user.rpc");
		this.rig.etcd.put("user.rpc/7587876", "10.0.0.1:8888");
		this.rig.run();
		this.rig.etcd.delete("user.rpc/7587875");
		this.rig.run();

		assertThat(resolver.instances("user.rpc")).isSameAs(before).hasSize(1);
	}

	/**
	 * go-kit, naming before 3.5.10, Kratos and the first Kitex ask for the name alone.
	 */
	@ParameterizedTest
	@MethodSource("io.github.etcddiscovery.codec.InstanceCodec#all")
	void similarNamesDoNotMixInAnyFormat(InstanceCodec codec) {
		Layout layout = Layout.of(codec);
		for (String service : List.of("bar", "barsvc", "bar-b", "ba")) {
			this.rig.put(layout, new Instance(service, "10.0.0." + service.length(), 80, 10, java.util.Map.of()));
		}
		for (Scope scope : Scope.values()) {
			EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(layout).withScope(scope));
			this.rig.run();
			resolver.snapshot("bar");
			this.rig.run();
			assertThat(resolver.instances("bar")).as("%s", scope)
				.extracting(Instance::host)
				.containsExactly("10.0.0.3");
		}
	}

	private EtcdResolver start(Layout... layouts) {
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(layouts));
		this.rig.run();
		return resolver;
	}

}
