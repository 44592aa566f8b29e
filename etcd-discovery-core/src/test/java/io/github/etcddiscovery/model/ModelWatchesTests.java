package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.Watches;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ModelWatchesTests {

	private static final KeyRange OTHER = KeyRange.prefix(Bytes.utf8("b/"));

	private final ModelRig rig = new ModelRig();

	private final ModelEtcd etcd = this.rig.etcd;

	private final Watches watches = this.rig.client.watches(this.rig.owner);

	@Test
	void allWatchesOfAnOwnerShareOneStream() {
		watch("a", ModelRig.RANGE, 1);
		watch("b", OTHER, 1);
		this.etcd.put("a/1", "x");
		this.etcd.put("b/1", "x");
		assertThat(this.rig.told()).containsExactly("a confirmed 1", "b confirmed 1", "a PUT a/1@2", "b PUT b/1@3");
		assertThat(this.etcd.streams()).isEqualTo(1);
		assertThat(this.etcd.watchFaults().count()).isEqualTo(2);
		this.etcd.cutStreams(Kind.UNAVAILABLE);
		assertThat(this.rig.told()).containsExactly("a ended UNAVAILABLE", "b ended UNAVAILABLE");
		assertThat(this.etcd.streams()).isZero();
	}

	@Test
	void aWatchFromARevisionTellsWhatHasComeSinceAndThenWhatComes() {
		this.etcd.put("a/1", "x");
		this.etcd.put("b/1", "x");
		this.etcd.put("a/2", "x");
		watch("a", ModelRig.RANGE, 3);
		assertThat(this.rig.told()).containsExactly("a confirmed 4", "a PUT a/2@4");
		this.etcd.delete("a/1", "b/1");
		assertThat(this.rig.told()).containsExactly("a DELETE a/1@5");
		this.etcd.putAll(Map.of("a/3", "x"));
		assertThat(this.rig.told()).containsExactly("a PUT a/3@6");
	}

	@Test
	void whatIsWrittenWhileItIsFrozenIsToldAfterTheThaw() {
		watch("a", ModelRig.RANGE, 1);
		assertThat(this.rig.told()).containsExactly("a confirmed 1");
		this.etcd.freeze();
		this.etcd.put("a/1", "x");
		this.rig.advance(Duration.ofSeconds(5));
		assertThat(this.rig.told()).isEmpty();
		this.etcd.thaw();
		assertThat(this.rig.told()).containsExactly("a PUT a/1@2");
	}

	@Test
	void aWatchCanBeginAtTheRevisionThatWasCompactedAndNotBelow() {
		this.etcd.put("a/1", "x");
		this.etcd.put("a/1", "y");
		this.etcd.compact();
		watch("below", ModelRig.RANGE, 2);
		watch("at", ModelRig.RANGE, 3);
		assertThat(this.rig.told()).containsExactlyInAnyOrder("below confirmed 3", "below ended COMPACTED",
				"at confirmed 3", "at PUT a/1@3");
	}

	@Test
	void aWatchFromNowOnTellsNoHistory() {
		this.etcd.put("a/1", "x");
		watch("a", ModelRig.RANGE, 0);
		this.etcd.put("a/2", "x");
		assertThat(this.rig.told()).containsExactly("a confirmed 2", "a PUT a/2@3");
	}

	@Test
	void aWatchFromARevisionThatIsStillToComeWaitsForIt() {
		watch("a", ModelRig.RANGE, 3);
		this.etcd.put("a/1", "x");
		this.etcd.put("a/2", "x");
		assertThat(this.rig.told()).containsExactly("a confirmed 1", "a PUT a/2@3");
	}

	@Test
	void aRefusedWatchEndsAlone() {
		watch("a", ModelRig.RANGE, 1);
		this.etcd.forbidReads(OTHER);
		watch("b", OTHER, 1);
		assertThat(this.rig.told()).containsExactly("a confirmed 1", "b ended PERMISSION_DENIED");
		this.etcd.put("a/1", "x");
		assertThat(this.rig.told()).containsExactly("a PUT a/1@2");
		assertThat(this.etcd.watchFaults().count()).isEqualTo(1);
	}

	@Test
	void aCompactedWatchEndsAlone() {
		this.etcd.put("a/1", "x");
		this.etcd.put("a/1", "y");
		this.etcd.compact();
		watch("a", ModelRig.RANGE, 2);
		watch("b", OTHER, 3);
		assertThat(this.rig.told()).containsExactly("a confirmed 3", "a ended COMPACTED", "b confirmed 3");
		this.etcd.watchFaults().compact(OTHER);
		assertThat(this.rig.told()).containsExactly("b ended COMPACTED");
	}

	@Test
	void theEndOfAStreamEndsAWatchTooOfWhoseEndNoWordCameThrough() {
		watch("a", ModelRig.RANGE, 1);
		assertThat(this.rig.told()).hasSize(1);
		this.etcd.freeze();
		this.etcd.watchFaults().compact(ModelRig.RANGE);
		this.etcd.down();
		assertThat(this.rig.told()).containsExactly("a ended UNAVAILABLE");
	}

	@Test
	void aWatchThatIsNotConfirmedInTimeEndsAlone() {
		watch("a", ModelRig.RANGE, 1);
		assertThat(this.rig.told()).containsExactly("a confirmed 1");
		this.etcd.confirmStreams(false);
		watch("b", OTHER, 1);
		this.rig.advance(Duration.ofMillis(2_999));
		assertThat(this.rig.told()).isEmpty();
		this.rig.advance(Duration.ofMillis(1));
		assertThat(this.rig.told()).containsExactly("b ended UNAVAILABLE");
	}

	@Test
	void aStreamAboveTheLimitWaitsForAnotherToEnd() {
		this.etcd.watchFaults().limitStreams(1);
		Watch first = watch("a", ModelRig.RANGE, 1);
		this.rig.client.watches(this.rig.owner).watch(OTHER, 1, this.rig.listener("b"));
		assertThat(this.rig.told()).containsExactly("a confirmed 1");
		first.close();
		assertThat(this.rig.told()).containsExactly("b confirmed 1");
		watch("c", ModelRig.RANGE, 1);
		this.rig.advance(Duration.ofSeconds(3));
		assertThat(this.rig.told()).containsExactly("c ended UNAVAILABLE");
	}

	@Test
	void anExpiredTokenNeedsAnotherStreamForWatchesToCome() {
		watch("a", ModelRig.RANGE, 1);
		this.etcd.watchFaults().expireTokens();
		watch("b", OTHER, 1);
		watch("c", OTHER, 1);
		assertThat(this.rig.told()).containsExactly("a confirmed 1", "b confirmed 1", "c confirmed 1");
		assertThat(this.etcd.streams()).isEqualTo(2);
	}

	@Test
	void silentStreamsAreGivenUpAfterAWhile() {
		watch("a", ModelRig.RANGE, 1);
		assertThat(this.rig.told()).containsExactly("a confirmed 1");
		this.etcd.freeze();
		this.rig.advance(Duration.ofSeconds(5));
		this.etcd.thaw();
		this.rig.advance(Duration.ofSeconds(20));
		assertThat(this.rig.told()).isEmpty();
		this.etcd.muteStreams(true);
		this.rig.advance(Duration.ofSeconds(10));
		assertThat(this.rig.told()).containsExactly("a ended UNAVAILABLE");
	}

	@Test
	void messagesAreHandedOverAsTheyComeAndTheAgeOfTheOldestCounts() {
		Deque<Runnable> owner = new ArrayDeque<>();
		Watches busy = this.rig.client.watches(owner::add);
		busy.watch(ModelRig.RANGE, 1, this.rig.listener("a"));
		this.etcd.put("a/1", "x");
		this.etcd.put("a/2", "x");
		assertThat(this.rig.told()).isEmpty();
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(owner).hasSize(3);
		assertThat(busy.behindFor()).isEqualTo(Duration.ofSeconds(1));
		owner.remove().run();
		owner.remove().run();
		assertThat(this.rig.told()).containsExactly("a confirmed 1", "a PUT a/1@2");
		assertThat(owner).hasSize(1);
		owner.remove().run();
		assertThat(owner).isEmpty();
		assertThat(busy.behindFor()).isZero();
	}

	@Test
	void whatIsHeldBackIsKnownToBeMissingAndComesInOrder() {
		watch("a", ModelRig.RANGE, 1);
		assertThat(this.rig.told()).hasSize(1);
		this.etcd.watchFaults().holdBack(true);
		this.etcd.put("a/1", "x");
		this.rig.advance(Duration.ofSeconds(2));
		this.etcd.put("a/2", "x");
		assertThat(this.rig.told()).isEmpty();
		assertThat(this.watches.behindFor()).isEqualTo(Duration.ofSeconds(2));
		this.etcd.watchFaults().holdBack(false);
		assertThat(this.rig.told()).containsExactly("a PUT a/1@2", "a PUT a/2@3");
		assertThat(this.watches.behindFor()).isZero();
	}

	@Test
	void aLostChangeIsNeverTold() {
		watch("a", ModelRig.RANGE, 1);
		this.etcd.watchFaults().loseChanges(1);
		this.etcd.put("a/1", "x");
		this.etcd.put("a/2", "x");
		assertThat(this.rig.told()).containsExactly("a confirmed 1", "a PUT a/2@3");
	}

	@Test
	void aListenerThatThrowsEndsItsWatchAlone() {
		StackOverflowError fault = new StackOverflowError();
		Deque<Throwable> causes = new ArrayDeque<>();
		this.watches.watch(ModelRig.RANGE, 1, new WatchListener() {
			@Override
			public void confirmed(long revision) {
			}

			@Override
			public void changed(List<WatchEvent> events) {
				throw fault;
			}

			@Override
			public void ended(EtcdDiscoveryException cause) {
				causes.add(cause.getCause());
			}
		});
		watch("b", ModelRig.RANGE, 1);
		this.etcd.put("a/1", "x");
		assertThat(this.rig.told()).containsExactly("b confirmed 1", "b PUT a/1@2");
		assertThat(causes).containsExactly(fault);
	}

	@Test
	void nothingIsToldAfterClose() {
		Watch watch = watch("a", ModelRig.RANGE, 1);
		watch("b", ModelRig.RANGE, 1);
		assertThat(this.rig.told()).hasSize(2);
		this.etcd.put("a/1", "x");
		watch.close();
		assertThat(this.rig.told()).containsExactly("b PUT a/1@2");
		this.watches.close();
		this.etcd.put("a/1", "x");
		assertThat(this.rig.told()).isEmpty();
		assertThat(this.etcd.streams()).isZero();
	}

	@Test
	void oversizedValuesAreDropped() {
		watch("a", ModelRig.RANGE, 1);
		this.etcd.put("a/1", "x".repeat(Entry.MAX_VALUE + 1));
		assertThat(this.rig.told()).containsExactly("a confirmed 1", "a PUT a/1@2 oversized");
	}

	private Watch watch(String name, KeyRange range, long from) {
		return this.watches.watch(range, from, this.rig.listener(name));
	}

}
