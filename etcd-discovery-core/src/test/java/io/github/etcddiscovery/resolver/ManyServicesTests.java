package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Services that are followed one by one: more of them than can be held, and names of
 * those that are not followed.
 */
class ManyServicesTests {

	private final Rig rig = new Rig();

	private final EtcdResolver resolver = this.rig.start((options) -> options.withScope(Scope.SERVICE));

	ManyServicesTests() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("b", 1));
		this.rig.run();
	}

	@Test
	void atMostAThousandAreHeldAndTheLeastRecentlyUsedGoFirst() {
		for (int i = 0; i < FollowedServices.MAX_WATCHES; i++) {
			follow("s" + i);
		}
		this.rig.advance(Duration.ofMinutes(2));
		for (int i = 0; i < FollowedServices.MAX_WATCHES; i++) {
			if (i != 7 && i != 8) {
				this.resolver.snapshot("s" + i);
			}
		}
		follow("new1");
		follow("new2");
		assertThat(this.rig.etcd.watches()).isEqualTo(FollowedServices.MAX_WATCHES);
		assertThat(this.resolver.snapshots()).extracting(ServiceSnapshot::service)
			.hasSize(FollowedServices.MAX_WATCHES)
			.doesNotContain("s7", "s8")
			.contains("new1", "new2");
	}

	@Test
	void endlessNamesDoNotFillTheMemory() {
		for (int i = 0; i < 3_000; i++) {
			this.resolver.snapshot("name" + i);
		}
		this.rig.run();
		assertThat(this.resolver.snapshots()).hasSize(FollowedServices.MAX_WATCHES);
		assertThat(this.rig.etcd.watches()).isEqualTo(FollowedServices.MAX_WATCHES);
	}

	@Test
	void ofMoreServicesThanCanBeHeldEachIsAnsweredAndToStopFollowingIsNoChange() {
		int many = FollowedServices.MAX_WATCHES + 200;
		for (int i = 0; i < many; i++) {
			this.rig.put(instance("s" + i, 1));
		}
		Map<String, List<Integer>> told = new HashMap<>();
		this.resolver.subscribeAll((snapshot) -> told.computeIfAbsent(snapshot.service(), (name) -> new ArrayList<>())
			.add(snapshot.instances().size()));
		for (int round = 0; round < 3; round++) {
			List<CompletableFuture<ServiceSnapshot>> asked = new ArrayList<>();
			for (int i = 0; i < many; i++) {
				asked.add(this.resolver.whenRead("s" + i).toCompletableFuture());
			}
			this.rig.run();
			assertThat(asked).allMatch((snapshot) -> snapshot.join().instances().size() == 1);
			assertThat(this.rig.etcd.watches()).isEqualTo(FollowedServices.MAX_WATCHES);
		}
		assertThat(told.values()).hasSize(many).allMatch((sizes) -> sizes.stream().allMatch((size) -> size == 1));
		assertThat(this.rig.counts).noneMatch((count) -> count.endsWith("=0"));
	}

	@Test
	void whatIsKnownIsNotGivenAwayForNamesThatNobodyKnowsWhileEtcdIsAway() {
		for (int i = 0; i < 900; i++) {
			this.rig.put(instance("s" + i, 1));
			follow("s" + i);
		}
		this.rig.etcd.down();
		this.rig.run();
		for (int i = 0; i < 2_500; i++) {
			this.resolver.snapshot("unknown" + i);
			this.rig.advance(Duration.ofMillis(10));
		}
		this.rig.advance(Duration.ofMinutes(30));
		for (int i = 0; i < 900; i++) {
			assertThat(this.resolver.snapshot("s" + i).instances()).hasSize(1);
		}
		assertThat(this.resolver.snapshots()).hasSizeLessThanOrEqualTo(FollowedServices.MAX_WATCHES);
		this.rig.etcd.up();
		this.rig.advance(Duration.ofSeconds(60));
		assertThat(this.resolver.staleFor()).isZero();
	}

	@Test
	void servicesWithoutInstancesGoFirst() {
		for (int i = 0; i < 600; i++) {
			this.rig.put(instance("s" + i, 1));
			follow("s" + i);
		}
		this.rig.advance(Duration.ofMinutes(2));
		for (int i = 0; i < 1_000; i++) {
			follow("nobody" + i);
		}
		assertThat(this.resolver.snapshots()).hasSize(FollowedServices.MAX_WATCHES)
			.filteredOn((snapshot) -> snapshot.instances().size() == 1)
			.hasSize(600);
	}

	@Test
	void aNewServiceIsToldWhileSomebodyListensToAllAndItsEndToo() {
		List<String> told = new ArrayList<>();
		follow("a");
		Subscription all = this.resolver.subscribeAll((snapshot) -> told
			.add(snapshot.service() + " " + snapshot.state() + " " + snapshot.instances().size()));
		this.rig.advance(Duration.ofSeconds(31));
		assertThat(told).isEmpty();
		this.rig.put(instance("new", 1));
		this.rig.advance(Duration.ofSeconds(31));
		assertThat(told).containsExactly("new UNREAD 0");
		assertThat(this.resolver.services()).containsExactly("a", "b", "new");
		this.rig.delete(instance("new", 1));
		this.rig.advance(Duration.ofSeconds(31));
		assertThat(told).containsExactly("new UNREAD 0", "new READ 0");
		all.close();
		this.rig.etcd.resetCalls();
		// Not so long that the keys of a service that is followed are compared.
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isZero();
	}

	/** Otherwise a gateway that was answered without it has no route to it for ever. */
	@Test
	void aKnownServiceThatLookupsWereAnsweredWithoutIsToldAsUnreadAndThenAsRead() {
		List<String> told = toldOfAll(this.resolver);
		follow("a");
		this.rig.advance(FollowedServices.UNUSED.plusMinutes(2));
		assertThat(told).containsExactly("a READ 1");
		this.rig.etcd.delay(Call.LIST, Duration.ofSeconds(5));
		this.resolver.snapshot("a");
		this.resolver.snapshot("nobody");
		this.rig.advance(Duration.ofSeconds(4));
		assertThat(told).containsExactly("a READ 1", "a UNREAD 0");
		this.rig.etcd.delay(Call.LIST, Duration.ZERO);
		this.rig.advance(Duration.ofSeconds(10));
		assertThat(told).containsExactlyInAnyOrder("a READ 1", "a UNREAD 0", "a READ 1", "nobody READ 0");
	}

	@Test
	void soItIsWhereLookupsDoNotWaitAtAll() {
		Rig other = new Rig();
		other.put(instance("a", 1));
		EtcdResolver resolver = other.start((options) -> Rig.timing(Duration.ZERO, Duration.ofMinutes(5), Duration.ZERO)
			.apply(options.withScope(Scope.SERVICE)));
		List<String> told = toldOfAll(resolver);
		resolver.snapshot("a");
		other.advance(FollowedServices.UNUSED.plusMinutes(2));
		told.clear();
		resolver.snapshot("a");
		resolver.snapshot("nobody");
		other.run();
		assertThat(told).containsExactly("a UNREAD 0", "a READ 1", "nobody READ 0");
	}

	@Test
	void whereServicesCannotBeListedItIsToldAsUnreadWhenItsNameGoes() {
		Layout unlisted = Layout.of(InstanceCodec.grpc());
		Rig other = new Rig();
		EtcdResolver resolver = other.start((options) -> options.withLayouts(unlisted));
		other.put(unlisted, instance("a", 1));
		List<String> told = toldOfAll(resolver);
		resolver.snapshot("a");
		resolver.snapshot("nobody");
		other.advance(FollowedServices.UNUSED.plusMinutes(2));
		assertThat(resolver.services()).isEmpty();
		assertThat(told).containsExactlyInAnyOrder("a READ 1", "nobody READ 0", "a UNREAD 0");
		resolver.snapshot("a");
		other.run();
		assertThat(told).hasSize(4).last().isEqualTo("a READ 1");
	}

	@Test
	void whatWasForgottenAndAskedForAgainMeanwhileIsNotToldAsUnread() {
		Rig other = new Rig();
		other.put(FailingCodec.LAYOUT, instance("a", 1));
		ResolverOptions options = ResolverOptions.defaults().withScope(Scope.SERVICE).withLayouts(FailingCodec.LAYOUT);
		Following following = other.following(other.etcd.connect(), options, Rig.sameThread());
		List<String> told = new ArrayList<>();
		following.context()
			.publisher()
			.toAll()
			.add(new Subscriber((snapshot) -> told.add(line(snapshot)), Rig.sameThread(), other.loop));
		Services services = following.context().services();
		Service forgotten = services.obtain("a");
		FailingCodec.WHEN_ASKED.set(() -> {
			FailingCodec.WHEN_ASKED.set(() -> {
			});
			services.removeUnneeded(forgotten);
			following.ask("a");
			other.run();
		});
		following.ask("a");
		other.run();
		assertThat(services.get("a")).isNotSameAs(forgotten);
		assertThat(told).containsExactly("a READ 1");
	}

	private static List<String> toldOfAll(EtcdResolver resolver) {
		List<String> told = new ArrayList<>();
		resolver.subscribeAll((snapshot) -> told.add(line(snapshot)));
		return told;
	}

	private static String line(ServiceSnapshot snapshot) {
		return snapshot.service() + " " + snapshot.state() + " " + snapshot.instances().size();
	}

	@Test
	void whoListensToWhatIsFollowedHasNoNamesRead() {
		follow("a");
		List<ServiceSnapshot> told = new ArrayList<>();
		this.resolver.subscribeFollowed(told::add);
		this.rig.run();
		this.rig.etcd.resetCalls();
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isZero();
		assertThat(told).isEmpty();
	}

	@Test
	void whoListensToAllCostsAnIdleEtcdOneReadForEachRefresh() {
		follow("a");
		this.resolver.subscribeAll((snapshot) -> {
		});
		this.rig.run();
		this.rig.etcd.resetCalls();
		this.rig.advance(Duration.ofMinutes(3));
		assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isBetween(5, 7);
		assertThat(this.rig.etcd.calls(Call.LIST)).isZero();
		assertThat(this.rig.etcd.calls(Call.WATCH)).isZero();
	}

	private void follow(String service) {
		this.resolver.snapshot(service);
		this.rig.run();
	}

}
