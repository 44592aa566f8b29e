package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import io.github.etcddiscovery.watch.RangeWatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

class ServiceScopeTests {

	private final Rig rig = new Rig();

	private EtcdResolver resolver;

	@BeforeEach
	void startByService() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("b", 1));
		this.resolver = this.rig.start((options) -> options.withScope(Scope.SERVICE));
		this.rig.run();
	}

	@Test
	void readsNothingBeforeItIsAskedFor() {
		assertThat(this.rig.etcd.calls(Call.LIST)).isZero();
		assertThat(this.resolver.snapshots()).isEmpty();
	}

	@Test
	void followsAServiceFromTheFirstLookupOn() {
		assertThat(this.resolver.snapshot("a").state()).isEqualTo(State.UNREAD);
		this.rig.run();
		assertThat(this.resolver.instances("a")).hasSize(1);
		this.rig.put(instance("a", 2));
		this.rig.put(instance("b", 2));
		this.rig.run();
		assertThat(this.resolver.instances("a")).hasSize(2);
		assertThat(this.rig.etcd.calls(Call.WATCH)).isEqualTo(1);
		assertThat(this.resolver.snapshots()).hasSize(1);
	}

	@Test
	void aServiceThatNobodyAsksForIsNamedOnceLookupsSeeThatItIsNotFollowed() {
		List<String> seen = new ArrayList<>();
		follow("a");
		this.resolver.subscribeFollowed((snapshot) -> seen.add(snapshot.service() + " " + snapshot.state() + " "
				+ snapshot.instances().size() + " of " + this.resolver.snapshots().size()));
		this.rig.advance(Duration.ofMinutes(8));
		assertThat(seen).isEmpty();
		this.rig.advance(Duration.ofMinutes(4));
		assertThat(seen).containsExactly("a UNREAD 0 of 0");
	}

	@Test
	void aServiceWithoutInstancesIsReadAndEmpty() {
		follow("nobody");
		assertThat(this.resolver.snapshot("nobody").state()).isEqualTo(State.READ);
		assertThat(this.resolver.snapshot("nobody").instances()).isEmpty();
		this.rig.put(instance("nobody", 1));
		this.rig.run();
		assertThat(this.rig.hosts("nobody")).containsExactly("10.0.0.1");
	}

	@Test
	void aNameThatNoLayoutCanCarryIsEmptyAndOpensNoWatch() {
		for (String name : List.of("", "a/b", "/", "x\u0000y", "n".repeat(300))) {
			assertThat(this.resolver.instances(name)).isEmpty();
			assertThat(this.resolver.snapshot(name).state()).isEqualTo(State.READ);
			assertThat(this.resolver.whenRead(name).toCompletableFuture()).isDone();
			this.resolver.subscribe(name, (snapshot) -> {
			}).close();
		}
		this.rig.run();
		assertThat(this.rig.etcd.calls(Call.LIST)).isZero();
		assertThat(this.rig.etcd.calls(Call.WATCH)).isZero();
		assertThat(this.resolver.snapshots()).isEmpty();
	}

	@Test
	void aNameAtWhichACodecFailsIsOneThatItCannotCarry() {
		Rig other = new Rig();
		EtcdResolver resolver = other.start((options) -> options.withLayouts(FailingCodec.LAYOUT));
		other.run();
		assertThat(resolver.instances(FailingCodec.POISON)).isEmpty();
		assertThat(resolver.snapshot(FailingCodec.POISON).state()).isEqualTo(State.READ);
	}

	@Test
	void aCodecMayLookUpAServiceWhenItIsAskedForAName() {
		Rig other = new Rig();
		EtcdResolver resolver = other
			.start((options) -> options.withLayouts(FailingCodec.LAYOUT).withScope(Scope.SERVICE));
		other.run();
		FailingCodec.WHEN_ASKED.set(() -> {
			FailingCodec.WHEN_ASKED.set(() -> {
			});
			resolver.subscribe("a", (snapshot) -> {
			});
			resolver.snapshot("a");
		});
		assertThat(resolver.snapshot("a").state()).isEqualTo(State.UNREAD);
		other.run();
		assertThat(resolver.snapshot("a").state()).isEqualTo(State.READ);
	}

	@Test
	void endlessNamesThatACodecHasNoRangeForDoNotFillTheMemory() {
		Rig other = new Rig();
		EtcdResolver resolver = other
			.start((options) -> options.withLayouts(FailingCodec.LAYOUT).withScope(Scope.SERVICE));
		for (int i = 0; i < 3_000; i++) {
			resolver.snapshot(FailingCodec.NO_RANGE + i);
		}
		other.run();
		assertThat(resolver.snapshots()).hasSizeLessThanOrEqualTo(FollowedServices.MAX_WATCHES);
	}

	@Test
	void aWatchUnusedForTenMinutesIsClosed() {
		follow("a");
		follow("b");
		for (int i = 0; i < 13; i++) {
			this.rig.advance(Duration.ofMinutes(1));
			this.resolver.instances("b");
		}
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
		assertThat(this.resolver.snapshots()).extracting(ServiceSnapshot::service).containsExactly("b");
		follow("a");
		assertThat(this.resolver.instances("a")).hasSize(1);
		assertThat(this.rig.etcd.watches()).isEqualTo(2);
	}

	@Test
	void aWatchIsKeptForItsSubscribers() {
		List<ServiceSnapshot> told = new ArrayList<>();
		Subscription subscription = this.resolver.subscribe("a", told::add);
		this.rig.run();
		this.rig.advance(Duration.ofMinutes(60));
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
		this.rig.put(instance("a", 2));
		this.rig.run();
		assertThat(told).last().extracting((snapshot) -> snapshot.instances().size()).isEqualTo(2);
		subscription.close();
		this.rig.advance(Duration.ofMinutes(15));
		assertThat(this.rig.etcd.watches()).isZero();
	}

	@Test
	void theNamesOfAllServicesAreReadAsKeysAndNotTooOften() {
		assertThat(this.resolver.whenServices().toCompletableFuture()).isNotDone();
		this.rig.run();
		assertThat(this.resolver.services()).containsExactly("a", "b");
		List<String> names = this.resolver.services();
		this.rig.put(instance("c", 1));
		for (int i = 0; i < 100; i++) {
			this.resolver.services();
			this.rig.run();
		}
		assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isEqualTo(1);
		assertThat(this.resolver.services()).isSameAs(names);
		this.rig.advance(Duration.ofSeconds(30));
		this.resolver.services();
		this.rig.run();
		assertThat(this.resolver.services()).containsExactly("a", "b", "c");
		assertThat(this.rig.etcd.calls(Call.LIST)).isZero();
	}

	@Test
	void besideALayoutThatCannotBeListedTheNamesAreThoseThatCanAndThoseThatAreKnown() {
		Layout unlisted = Layout.of(InstanceCodec.grpc());
		Rig other = new Rig();
		EtcdResolver resolver = other
			.start((options) -> options.withScope(Scope.SERVICE).withLayouts(Rig.KITEX, unlisted));
		other.put(instance("a", 1));
		other.put(unlisted, instance("b/b", 1));
		other.put(unlisted, instance("c", 1));
		resolver.whenServices();
		other.run();
		assertThat(resolver.services()).containsExactly("a");
		resolver.snapshot("b/b");
		resolver.snapshot("nobody");
		other.run();
		assertThat(resolver.services()).containsExactly("a", "b/b").isSameAs(resolver.services());
		other.delete(unlisted, instance("b/b", 1));
		other.run();
		assertThat(resolver.services()).containsExactly("a");
	}

	@Test
	void theNamesStayKnownWhenReadingThemFailsAndAreReadAgainSoon() {
		this.resolver.whenServices();
		this.rig.run();
		this.rig.etcd.refuse(Kind.UNAVAILABLE, Call.LIST_KEYS);
		this.rig.advance(Duration.ofSeconds(30));
		this.resolver.services();
		this.rig.run();
		assertThat(this.resolver.services()).containsExactly("a", "b");
		this.rig.etcd.allow();
		this.rig.delete(instance("b", 1));
		this.rig.advance(Duration.ofSeconds(1));
		this.resolver.services();
		this.rig.run();
		assertThat(this.resolver.services()).containsExactly("a");
	}

	@Test
	void aNameThatNoLayoutCanCarryIsNotListed() {
		this.rig.etcd.put("kitex/registry-etcd/a\nb/10.0.0.1:8888", "{}");
		this.rig.etcd.put("kitex/registry-etcd/" + "n".repeat(300) + "/10.0.0.1:8888", "{}");
		this.resolver.whenServices();
		this.rig.run();
		assertThat(this.resolver.services()).containsExactly("a", "b");
	}

	@Test
	void aKeyAtWhichACodecFailsCostsNoOtherItsName() {
		Rig other = new Rig();
		EtcdResolver resolver = other
			.start((options) -> options.withScope(Scope.SERVICE).withLayouts(FailingCodec.LAYOUT, Rig.KITEX));
		other.put(instance("a", 1));
		other.put(FailingCodec.LAYOUT, instance("b", 1));
		other.etcd.put("failing/" + FailingCodec.POISON + "/10.0.0.1:8888", "{}");
		resolver.whenServices();
		other.run();
		assertThat(resolver.services()).containsExactly("a", "b");
		other.put(instance("c", 1));
		other.advance(Duration.ofSeconds(30));
		resolver.services();
		other.run();
		assertThat(resolver.services()).containsExactly("a", "b", "c");
	}

	@Test
	void aServiceThatMayNotBeReadDoesNotMakeTheOthersStale() {
		this.rig.etcd.forbidReads(KeyRange.prefix(Bytes.utf8("kitex/registry-etcd/b/")));
		follow("a");
		follow("b");
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.resolver.snapshot("b").state()).isEqualTo(State.UNREAD);
		assertThat(this.resolver.instances("a")).hasSize(1);
		assertThat(this.resolver.staleFor()).isZero();
	}

	@Test
	void watchesThatAreLostTogetherSaySoOnce() {
		try (LoggedLines log = new LoggedLines(RangeWatch.class.getName())) {
			for (int i = 0; i < 100; i++) {
				follow("s" + i);
			}
			this.rig.etcd.down();
			this.rig.advance(Duration.ofMinutes(5));
			this.rig.etcd.up();
			this.rig.advance(Duration.ofSeconds(30));
			assertThat(this.resolver.staleFor()).isZero();
			assertThat(log.at("WARN")).hasSize(1);
			assertThat(log.at("INFO")).hasSize(1);
		}
	}

	private void follow(String service) {
		this.resolver.snapshot(service);
		this.rig.run();
	}

}
