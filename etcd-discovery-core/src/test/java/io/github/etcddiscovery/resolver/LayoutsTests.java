package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

class LayoutsTests {

	private static final Layout FIRST = Rig.KITEX;

	private static final Layout SECOND = new Layout(InstanceCodec.kitex(), "second");

	private static final Layout BY_NAME = ByNameCodec.LAYOUT;

	private final Rig rig = new Rig();

	@Test
	void layoutsAreMergedByServiceInTheirOrder() {
		this.rig.put(SECOND, instance("a", 1));
		this.rig.put(FIRST, instance("a", 2));
		this.rig.put(SECOND, instance("b", 3));
		EtcdResolver resolver = start(FIRST, SECOND);
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.2", "10.0.0.1");
		assertThat(resolver.services()).containsExactly("a", "b");
		assertThat(this.rig.etcd.watches()).isEqualTo(2);
	}

	@Test
	void ofOneAddressTheFirstLayoutWinsAndTheSecondStandsIn() {
		this.rig.put(FIRST, instance("a", 1).withWeight(1));
		this.rig.put(SECOND, instance("a", 1).withWeight(2));
		EtcdResolver resolver = start(FIRST, SECOND);
		assertThat(resolver.instances("a")).extracting(Instance::weight).containsExactly(1);
		List<Instance> list = resolver.instances("a");
		this.rig.put(SECOND, instance("a", 1).withWeight(3));
		this.rig.run();
		assertThat(resolver.instances("a")).isSameAs(list);
		this.rig.delete(FIRST, instance("a", 1));
		this.rig.run();
		assertThat(resolver.instances("a")).extracting(Instance::weight).containsExactly(3);
	}

	@ParameterizedTest
	@CsvSource({ "2001:db8::1, 2001:db8:0:0:0:0:0:1", "2001:db8::1, 2001:DB8::1", "10.0.0.1, ::ffff:10.0.0.1",
			"svc.example, SVC.Example" })
	void oneAddressInTwoSpellingsIsOneInstanceInThatOfTheFirst(String first, String second) {
		this.rig.put(SECOND, Instance.of("a", second, 8888));
		EtcdResolver resolver = start(FIRST, SECOND);
		assertThat(this.rig.hosts("a")).containsExactly(second);
		this.rig.put(FIRST, Instance.of("a", first, 8888));
		this.rig.run();
		assertThat(this.rig.hosts("a")).containsExactly(first);
		this.rig.put(SECOND, Instance.of("a", second, 8889));
		this.rig.run();
		assertThat(resolver.instances("a")).extracting(Instance::port).containsExactly(8888, 8889);
	}

	@Test
	void theRevisionDoesNotGoBackWhereAWatchIsBehindAList() {
		EtcdResolver resolver = start(FIRST, BY_NAME);
		List<Long> revisions = new ArrayList<>();
		resolver.subscribe("b", (snapshot) -> revisions.add(snapshot.revision()));
		this.rig.run();
		this.rig.etcd.delay(Call.WATCH, Duration.ofSeconds(1));
		this.rig.put(FIRST, instance("a", 1));
		this.rig.put(FIRST, instance("b", 1));
		this.rig.put(BY_NAME, instance("a", 2));
		resolver.snapshot("a");
		this.rig.run();
		long newest = this.rig.etcd.revision();
		assertThat(resolver.snapshot("a").revision()).isEqualTo(newest);
		this.rig.advance(Duration.ofSeconds(2));
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.1", "10.0.0.2");
		assertThat(resolver.snapshot("a").revision()).isEqualTo(newest);
		assertThat(resolver.snapshot("b").revision()).isEqualTo(newest);
		assertThat(revisions).isSorted();
	}

	@Test
	void theRevisionGoesBackWithEtcds() {
		this.rig.put(FIRST, instance("a", 1));
		this.rig.put(SECOND, instance("a", 1));
		EtcdResolver resolver = start(FIRST, SECOND);
		this.rig.etcd.wipe();
		this.rig.put(SECOND, instance("a", 2));
		this.rig.advance(Duration.ofSeconds(10));
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.2");
		assertThat(resolver.snapshot("nobody").revision()).isEqualTo(this.rig.etcd.revision());
	}

	@Test
	void oneAddressUnderTwoServicesIsTwoInstances() {
		this.rig.put(FIRST, instance("a", 1));
		this.rig.put(FIRST, instance("b", 1));
		start(FIRST);
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.1");
		assertThat(this.rig.hosts("b")).containsExactly("10.0.0.1");
	}

	@Test
	void aServiceIsReadWhenEveryLayoutHasAnsweredAndServedBefore() {
		this.rig.put(FIRST, instance("a", 1));
		this.rig.put(SECOND, instance("a", 2));
		KeyRange forbidden = KeyRange.prefix(Bytes.utf8("second/"));
		this.rig.etcd.forbidReads(forbidden);
		EtcdResolver resolver = start(FIRST, SECOND);
		this.rig.advance(Duration.ofSeconds(5));
		assertThat(resolver.await("a").state()).isEqualTo(State.UNREAD);
		assertThat(resolver.instances("a")).hasSize(1);
		assertThat(resolver.snapshot("nobody").state()).isEqualTo(State.UNREAD);
		this.rig.etcd.permit(forbidden);
		this.rig.advance(Duration.ofSeconds(30));
		assertThat(resolver.snapshot("a").state()).isEqualTo(State.READ);
		assertThat(resolver.instances("a")).hasSize(2);
		assertThat(resolver.snapshot("nobody").state()).isEqualTo(State.READ);
	}

	@Test
	void aLayoutWithoutARangeOfAllServicesIsFollowedByServiceInAnyScope() {
		this.rig.put(FIRST, instance("a", 1));
		this.rig.put(BY_NAME, instance("a", 2));
		EtcdResolver resolver = start(FIRST, BY_NAME);
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
		assertThat(resolver.snapshot("a").state()).isEqualTo(State.UNREAD);
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.1");
		this.rig.run();
		assertThat(resolver.snapshot("a").state()).isEqualTo(State.READ);
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.1", "10.0.0.2");
		assertThat(this.rig.etcd.watches()).isEqualTo(2);
		assertThat(resolver.services()).containsExactly("a");
	}

	@Test
	void aServiceNotAskedForAnyMoreKeepsWhatTheSharedWatchKnows() {
		this.rig.put(FIRST, instance("a", 1));
		this.rig.put(BY_NAME, instance("a", 2));
		EtcdResolver resolver = start(FIRST, BY_NAME);
		resolver.snapshot("a");
		this.rig.run();
		this.rig.advance(Duration.ofMinutes(15));
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
		assertThat(resolver.snapshots()).singleElement()
			.satisfies((snapshot) -> assertThat(snapshot.instances()).hasSize(1))
			.extracting(ServiceSnapshot::state)
			.isEqualTo(State.UNREAD);
		resolver.snapshot("a");
		this.rig.run();
		assertThat(resolver.instances("a")).hasSize(2);
	}

	@Test
	void aNameThatOnlyTheSharedLayoutCarriesIsNotWatchedForTheOther() {
		this.rig.put(FIRST, instance("UPPER", 1));
		EtcdResolver resolver = start(FIRST, BY_NAME);
		assertThat(resolver.snapshot("UPPER").state()).isEqualTo(State.READ);
		assertThat(resolver.instances("OTHER")).isEmpty();
		this.rig.run();
		assertThat(this.rig.etcd.calls(Call.WATCH)).isEqualTo(1);
	}

	@Test
	void byServiceEachLayoutHasAWatchOfItsOwn() {
		this.rig.put(FIRST, instance("a", 1));
		this.rig.put(SECOND, instance("a", 2));
		EtcdResolver resolver = this.rig
			.start((options) -> options.withLayouts(FIRST, SECOND).withScope(Scope.SERVICE));
		this.rig.run();
		resolver.snapshot("a");
		resolver.whenServices();
		this.rig.run();
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.1", "10.0.0.2");
		assertThat(resolver.services()).containsExactly("a");
		assertThat(this.rig.etcd.watches()).isEqualTo(2);
	}

	@Test
	void whereNoLayoutCanListItsServicesTheNamesAreThoseThatAreFollowed() {
		this.rig.put(BY_NAME, instance("a", 1));
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(BY_NAME).withScope(Scope.SERVICE));
		this.rig.run();
		assertThat(resolver.services()).isEmpty();
		resolver.snapshot("a");
		resolver.snapshot("nobody");
		this.rig.run();
		assertThat(resolver.services()).containsExactly("a");
	}

	private EtcdResolver start(Layout... layouts) {
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(layouts));
		this.rig.run();
		return resolver;
	}

}
