package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is known is compared with what stands in etcd now and then, though nothing is
 * wrong. The watch goes on meanwhile.
 */
class ResyncTests {

	private static final Duration EARLIEST = Duration.ofMinutes(4);

	/** By then events of before the first list of keys are not waited for any more. */
	private static final Duration LATEST = Duration.ofMinutes(6).plus(Resync.LATEST_EVENT);

	private final Rig rig = new Rig();

	@Test
	void onlyKeysAreListedBesideTheOneWatchAndNothingElseIsRead() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<Instance> list = resolver.instances("a");
		this.rig.advance(EARLIEST.minusMillis(1));
		assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isZero();
		this.rig.advance(LATEST.minus(EARLIEST).plusMillis(1));
		assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isEqualTo(1);
		this.rig.advance(Duration.ofMinutes(60));
		assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isBetween(10, 18);
		assertThat(this.rig.resyncs).hasSizeBetween(10, 18).containsOnly("interval");
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
		assertThat(this.rig.etcd.calls(Call.READ)).isZero();
		assertThat(this.rig.etcd.calls(Call.WATCH)).isEqualTo(1);
		assertThat(resolver.instances("a")).isSameAs(list);
	}

	@Test
	void readersDoNotAllComeAtTheSameTime() {
		Set<Integer> minutes = new HashSet<>();
		for (int i = 0; i < 20; i++) {
			Rig each = new Rig();
			each.started();
			int seconds = 0;
			while (each.etcd.calls(Call.LIST_KEYS) == 0) {
				each.advance(Duration.ofSeconds(1));
				seconds++;
			}
			minutes.add(seconds);
		}
		assertThat(minutes).hasSizeGreaterThan(5).allMatch((seconds) -> seconds >= 240 && seconds <= 361);
	}

	@Test
	void findsWhatAWatchHasLostAndCountsIt() {
		this.rig.put(instance("gone", 1));
		this.rig.put(instance("changed", 1));
		this.rig.put(instance("kept", 1));
		EtcdResolver resolver = this.rig.started();
		List<Instance> kept = resolver.instances("kept");
		this.rig.etcd.muteStreams(true);
		this.rig.delete(instance("gone", 1));
		this.rig.put(instance("changed", 1).withWeight(77));
		this.rig.put(instance("new", 1));
		this.rig.run();
		this.rig.etcd.muteStreams(false);
		assertThat(resolver.services()).containsExactly("changed", "gone", "kept");
		this.rig.advance(LATEST);
		assertThat(resolver.services()).containsExactly("changed", "kept", "new");
		assertThat(resolver.instances("changed").get(0).weight()).isEqualTo(77);
		assertThat(resolver.instances("kept")).isSameAs(kept);
		assertThat(this.rig.resyncs).containsExactly("events_lost");
		assertThat(this.rig.etcd.calls(Call.READ)).isEqualTo(1);
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
	}

	@Test
	void valuesThatAreNotKnownAreReadAHundredAtATime() {
		this.rig.started();
		this.rig.etcd.muteStreams(true);
		for (int i = 0; i < 250; i++) {
			this.rig.put(instance("a", i));
		}
		this.rig.run();
		this.rig.etcd.muteStreams(false);
		this.rig.advance(LATEST);
		assertThat(this.rig.resolver.instances("a")).hasSize(250);
		assertThat(this.rig.etcd.calls(Call.READ)).isEqualTo(3);
	}

	@Test
	void changesGoOnBeingSeenMeanwhileAndAreNeverTakenBack() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.delay(Call.LIST_KEYS, Duration.ofSeconds(2));
		untilKeysAreListed();
		this.rig.put(instance("a", 2));
		this.rig.delete(instance("a", 1));
		this.rig.run();
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.2");
		assertThat(resolver.staleFor()).isZero();
		this.rig.advance(Duration.ofSeconds(2));
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.2");
		assertThat(this.rig.resyncs).containsExactly("interval");
		assertThat(this.rig.etcd.calls(Call.READ)).isZero();
	}

	@Test
	void whatIsDeletedWhileItsValueIsReadDoesNotComeBack() {
		this.rig.started();
		loseAnEventOf(instance("a", 1));
		this.rig.etcd.delay(Call.READ, Duration.ofSeconds(2));
		until(Call.READ);
		this.rig.delete(instance("a", 1));
		this.rig.run();
		this.rig.advance(Duration.ofSeconds(3));
		assertThat(this.rig.hosts("a")).isEmpty();
	}

	@Test
	void whatIsWrittenWhileItsValueIsReadStays() {
		this.rig.started();
		loseAnEventOf(instance("a", 1));
		this.rig.etcd.delay(Call.READ, Duration.ofSeconds(2));
		until(Call.READ);
		this.rig.put(instance("a", 1).withWeight(3));
		this.rig.run();
		this.rig.advance(Duration.ofSeconds(3));
		assertThat(this.rig.resolver.instances("a").get(0).weight()).isEqualTo(3);
		assertThat(this.rig.resyncs).containsExactly("interval");
	}

	@Test
	void anEventThatComesLateDoesNotTakeBackWhatWasReadSince() {
		this.rig.put(instance("a", 1));
		this.rig.started();
		List<Integer> told = new ArrayList<>();
		this.rig.resolver.subscribe("a", (snapshot) -> told.add(snapshot.instances().size()));
		this.rig.run();
		this.rig.etcd.delay(Call.WATCH, Duration.ofMinutes(10));
		this.rig.delete(instance("a", 1));
		this.rig.put(instance("a", 1).withWeight(3));
		this.rig.advance(LATEST);
		assertThat(this.rig.resolver.instances("a").get(0).weight()).isEqualTo(3);
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(told).containsExactly(1, 1);
	}

	@Test
	void eventsThatAreMerelyLaterThanTheListAreNotLost() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.delay(Call.WATCH, Duration.ofSeconds(5));
		this.rig.etcd.delayRequests(Call.LIST_KEYS, Duration.ofSeconds(1));
		untilKeysAreListed();
		this.rig.delete(instance("a", 1));
		this.rig.put(instance("a", 2));
		this.rig.advance(Duration.ofSeconds(2).plus(Resync.LATEST_EVENT));
		assertThat(resolver.instances("a")).containsExactly(instance("a", 2));
		assertThat(this.rig.resyncs).containsExactly("interval");
		assertThat(this.rig.etcd.calls(Call.READ)).isZero();
	}

	@Test
	void oneThatFailsLeavesTheRunningWatchAlone() {
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.withhold(Call.LIST_KEYS, 1);
		untilKeysAreListed();
		this.rig.advance(Duration.ofSeconds(10));
		this.rig.put(instance("a", 1));
		this.rig.run();
		assertThat(resolver.instances("a")).hasSize(1);
		assertThat(resolver.staleFor()).isZero();
		assertThat(this.rig.resyncs).isEmpty();
		this.rig.advance(LATEST);
		assertThat(this.rig.resyncs).containsExactly("interval");
	}

	@Test
	void aWatchThatEndsMeanwhileTakesTheResyncWithIt() {
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.delay(Call.LIST_KEYS, Duration.ofSeconds(2));
		untilKeysAreListed();
		this.rig.put(instance("a", 1));
		this.rig.run();
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advance(Duration.ofMillis(2500));
		assertThat(resolver.instances("a")).hasSize(1);
		assertThat(this.rig.resyncs).containsExactly("unavailable");
		assertThat(this.rig.etcd.watches()).isEqualTo(1);
	}

	@Test
	void aStoreThatWentBackUnderAnOpenStreamIsReadAnew() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("a", 2));
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.wipeUnderOpenStreams();
		this.rig.put(instance("a", 3));
		this.rig.advance(LATEST);
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.3");
		assertThat(resolver.snapshot("a").revision()).isEqualTo(2);
		assertThat(this.rig.resyncs).containsExactly("revision_regressed");
	}

	@Test
	void whatIsThrownByItEndsTheAttemptSoThatNothingIsKnownByHalves() {
		this.rig.start((options) -> options.withLayouts(FailingCodec.LAYOUT));
		this.rig.run();
		this.rig.etcd.muteStreams(true);
		this.rig.put(FailingCodec.LAYOUT, instance("a", 1));
		this.rig.put(FailingCodec.LAYOUT, instance(FailingCodec.NO_MEMORY_ONCE, 1));
		this.rig.run();
		this.rig.etcd.muteStreams(false);
		FailingCodec.lackMemory();
		this.rig.advance(LATEST.plusSeconds(1));
		assertThat(this.rig.resolver.services()).containsExactly("a", FailingCodec.NO_MEMORY_ONCE);
		assertThat(this.rig.resolver.staleFor()).isZero();
	}

	private void loseAnEventOf(Instance instance) {
		this.rig.etcd.muteStreams(true);
		this.rig.put(instance);
		this.rig.run();
		this.rig.etcd.muteStreams(false);
	}

	private void untilKeysAreListed() {
		until(Call.LIST_KEYS);
	}

	private void until(Call call) {
		int before = this.rig.etcd.calls(call);
		while (this.rig.etcd.calls(call) == before) {
			this.rig.advance(Duration.ofMillis(100));
		}
	}

}
