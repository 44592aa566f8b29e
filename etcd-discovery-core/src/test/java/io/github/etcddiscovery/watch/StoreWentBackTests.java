package io.github.etcddiscovery.watch;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A store whose revision goes back has lost data; a member that is behind has not.
 */
class StoreWentBackTests {

	@RegisterExtension
	final LoggedLines log = new LoggedLines(RangeWatch.class.getName());

	private final RangeWatchRig rig = new RangeWatchRig();

	@Test
	void aFollowerThatIsBehindIsNoReasonToListAgain() {
		this.rig.etcd.put("a/1", "x");
		this.rig.etcd.lag(1);
		this.rig.start();
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(this.rig.etcd.calls(Call.PROBE)).isEqualTo(1);
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
		assertThat(this.rig.range.confirmed).isTrue();
	}

	@Test
	void whatTheLeaderWasNotHeardToConfirmIsNotConfirmedAndTheNextListFindsThatDataWasLost() {
		for (int i = 0; i < 10; i++) {
			this.rig.etcd.put("a/" + i, "x");
		}
		this.rig.etcd.delayRequests(Call.WATCH, Duration.ofMillis(5));
		this.rig.watch.start();
		this.rig.scheduler.runReady();
		this.rig.etcd.wipeUnderOpenStreams();
		this.rig.etcd.put("a/new", "x");
		this.rig.etcd.refuseNext(Kind.UNAVAILABLE, Call.PROBE, 1);
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(this.rig.range.takeTold()).endsWith("reset@2[a/new] back", "confirmed").doesNotHaveDuplicates();
	}

	@Test
	void aStoreThatWentBackIsReadAnewAndSaysSo() {
		this.rig.etcd.put("a/1", "x");
		this.rig.etcd.put("a/2", "x");
		this.rig.start();
		this.rig.etcd.wipe();
		this.rig.etcd.put("a/1", "new");
		this.rig.advance(Duration.ofMillis(200));
		this.rig.assertTold("lost UNAVAILABLE", "reset@2[a/1] back", "confirmed");
		assertThat(this.rig.range.resyncs).containsExactly("revision_regressed");
		this.rig.etcd.put("a/2", "x");
		this.rig.assertTold("change@3 +[a/2] -[]");
		assertThat(this.log.at("WARN")).anyMatch((line) -> line.contains("went back to 2"));
	}

	@Test
	void anAnswerFromElsewhereThatNamesALowerRevisionLeadsToAList() {
		this.rig.etcd.put("a/1", "x");
		this.rig.etcd.put("b/1", "x");
		this.rig.start();
		this.rig.etcd.wipeUnderOpenStreams();
		this.rig.etcd.put("a/2", "x");
		this.rig.watch.storeWentBack(3, 2);
		this.rig.advance(Duration.ofMillis(200));
		this.rig.assertTold("lost UNAVAILABLE", "reset@2[a/2] back", "confirmed");
	}

	@Test
	void aStoreThatWentBackUnderARunningListIsFoundByTheConfirmation() {
		this.rig.etcd.put("a/1", "x");
		this.rig.etcd.delay(Call.WATCH, Duration.ofMillis(5));
		this.rig.watch.start();
		this.rig.scheduler.runReady();
		this.rig.etcd.wipe();
		this.rig.etcd.put("a/3", "x");
		this.rig.etcd.delete("a/3");
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(this.rig.range.takeTold()).endsWith("reset@3[]", "confirmed");
	}

}
