package io.github.etcddiscovery.resolver;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.test.Thrown;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SubscriptionTests {

	private final Rig rig = new Rig();

	@Test
	void aSubscriberIsToldWhatThereIsOnceItIsReadAndThenEachChange() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity());
		List<String> told = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> told.add(snapshot.revision() + ":" + snapshot.instances().size()));
		assertThat(told).isEmpty();
		this.rig.run();
		this.rig.put(instance("a", 2));
		this.rig.put(instance("b", 1));
		this.rig.run();
		assertThat(told).containsExactly("2:1", "3:2");
	}

	@Test
	void aLateSubscriberIsToldWhatThereIs() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<ServiceSnapshot> told = new ArrayList<>();
		resolver.subscribe("a", told::add);
		this.rig.run();
		assertThat(told).containsExactly(resolver.snapshot("a"));
	}

	@Test
	void aSubscriberToAServiceThatIsNotThereIsToldSoAndThenOfItsFirstInstance() {
		EtcdResolver resolver = this.rig.start(UnaryOperator.identity());
		List<Integer> early = new ArrayList<>();
		List<Integer> late = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> early.add(snapshot.instances().size()));
		this.rig.run();
		resolver.subscribe("a", (snapshot) -> late.add(snapshot.instances().size()));
		this.rig.run();
		this.rig.put(instance("a", 1));
		this.rig.run();
		this.rig.delete(instance("a", 1));
		this.rig.run();
		assertThat(early).containsExactly(0, 1, 0);
		assertThat(late).containsExactly(0, 1, 0);
	}

	@Test
	void nobodyIsToldOfAResyncThatChangedNothing() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<ServiceSnapshot> told = new ArrayList<>();
		resolver.subscribe("a", told::add);
		resolver.subscribeAll(told::add);
		this.rig.run();
		this.rig.advance(Duration.ofMinutes(20));
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.rig.resyncs).hasSizeGreaterThan(2);
		assertThat(told).hasSize(1);
	}

	@Test
	void aSubscriberToAllIsToldEverySnapshotThatReplacesAnother() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<String> told = new ArrayList<>();
		Subscription all = resolver
			.subscribeAll((snapshot) -> told.add(snapshot.service() + snapshot.instances().size()));
		this.rig.run();
		this.rig.put(instance("b", 1));
		this.rig.delete(instance("a", 1));
		this.rig.run();
		assertThat(told).containsExactly("b1", "a0");
		all.close();
		this.rig.put(instance("b", 2));
		this.rig.run();
		assertThat(told).hasSize(2);
	}

	@Test
	void whoeverIsToldOfAllThatAreFollowedIsToldTheSame() {
		EtcdResolver resolver = this.rig.started();
		List<String> told = new ArrayList<>();
		Subscription followed = resolver
			.subscribeFollowed((snapshot) -> told.add(snapshot.service() + snapshot.instances().size()));
		this.rig.put(instance("a", 1));
		this.rig.run();
		followed.close();
		this.rig.put(instance("a", 2));
		this.rig.run();
		assertThat(told).containsExactly("a1");
	}

	@Test
	void whateverASubscriberThrowsItIsToldTheNextChange() {
		EtcdResolver resolver = this.rig.started();
		List<Integer> told = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> {
			told.add(snapshot.instances().size());
			throw Thrown.undeclared(new IOException("as Kotlin throws it"));
		});
		for (int i = 1; i <= 2; i++) {
			this.rig.run();
			this.rig.put(instance("a", i));
		}
		this.rig.run();
		assertThat(told).containsExactly(0, 1, 2);
	}

	@Test
	void aSubscriptionThatWasClosedIsToldNothingAtAll() {
		EtcdResolver resolver = this.rig.started();
		List<ServiceSnapshot> told = new ArrayList<>();
		Subscription subscription = resolver.subscribe("a", told::add);
		subscription.close();
		subscription.close();
		this.rig.put(instance("a", 1));
		this.rig.run();
		assertThat(told).isEmpty();
	}

	@Test
	void whatASubscriberThrowsIsLoggedAndItIsToldTheNextAllTheSame() {
		EtcdResolver resolver = this.rig.started();
		List<Integer> told = new ArrayList<>();
		try (LoggedLines log = new LoggedLines(EtcdResolver.class.getName())) {
			resolver.subscribe("a", (snapshot) -> {
				told.add(snapshot.instances().size());
				throw new IllegalStateException("thrown by a test");
			});
			this.rig.put(instance("a", 1));
			this.rig.run();
			this.rig.put(instance("a", 2));
			this.rig.run();
			assertThat(told).containsExactly(0, 1, 2);
			assertThat(log.at("WARN")).hasSize(3).allMatch((line) -> line.contains("subscriber to a failed"));
		}
	}

	@Test
	void fiveThousandSubscriptionsNeedOneStream() {
		EtcdResolver resolver = this.rig.started();
		List<Subscription> subscriptions = new ArrayList<>();
		AtomicInteger told = new AtomicInteger();
		for (int i = 0; i < 5_000; i++) {
			subscriptions.add(resolver.subscribe("s" + i, (snapshot) -> told.incrementAndGet()));
		}
		this.rig.run();
		assertThat(told).hasValue(5_000);
		this.rig.put(instance("s77", 1));
		this.rig.run();
		assertThat(told).hasValue(5_001);
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
		subscriptions.forEach(Subscription::close);
		this.rig.put(instance("s77", 2));
		this.rig.run();
		assertThat(told).hasValue(5_001);
	}

	@Test
	void afterCloseThereIsNothingToSubscribeTo() {
		EtcdResolver resolver = this.rig.started();
		resolver.close();
		assertThatThrownBy(() -> resolver.subscribe("a", (snapshot) -> {
		})).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
		assertThatThrownBy(() -> resolver.subscribeAll((snapshot) -> {
		})).isInstanceOf(IllegalStateException.class);
	}

}
