package io.github.etcddiscovery.watch;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What is said of ranges that cannot be followed, and of their being followed again. */
class RangeWatchLogTests {

	@RegisterExtension
	final LoggedLines log = new LoggedLines(RangeWatch.class.getName());

	private final RangeWatchRig rig = new RangeWatchRig();

	@Test
	void warnsOnceForAStreakAndInformsOnceWhenItIsOver() {
		this.rig.etcd.down();
		this.rig.watch.start();
		this.rig.advance(Duration.ofMinutes(5));
		this.rig.etcd.up();
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(this.log.at("WARN")).singleElement().asString().contains("a/*", "no answer within");
		assertThat(this.log.at("INFO")).singleElement().asString().contains("a/* again");
		assertThat(this.log.at("DEBUG")).hasSizeGreaterThan(10);
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.log.at("WARN")).hasSize(2);
		assertThat(this.log.at("INFO")).hasSize(2);
	}

	@Test
	void whereTheRangeThatWasWarnedOfIsClosedAnotherThatFailsWarnsAndInforms() {
		RangeWatch other = this.rig.other("b/");
		this.rig.etcd.down();
		this.rig.watch.start();
		this.rig.advance(Duration.ofSeconds(4));
		other.start();
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(this.log.at("WARN")).hasSize(1);
		this.rig.watch.close();
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.log.at("WARN")).hasSize(2).last().asString().contains("b/*");
		this.rig.etcd.up();
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.log.at("INFO")).singleElement().asString().contains("b/* again");
	}

	@Test
	void aRangeThatFailsForAReasonOfItsOwnDoesNotKeepAnOutageOfTheOthersFromBeingTold() {
		this.rig.other("b/").start();
		this.rig.start();
		this.rig.advance(Duration.ofSeconds(11));
		this.rig.range.thrown = new LinkageError("of a test");
		this.rig.range.throwsAlways = true;
		this.rig.etcd.put("a/1", "x");
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(this.log.at("WARN")).singleElement().asString().contains("a/*");
		this.rig.etcd.down();
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(this.log.at("WARN")).hasSize(2).last().asString().contains("b/*");
		this.rig.etcd.up();
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.log.at("INFO")).singleElement().asString().contains("b/* again");
	}

	@Test
	void aPermissionThatIsWantingIsToldOfEachRangeButNotWithinAMinute() {
		this.rig.etcd.refuse(Kind.PERMISSION_DENIED, Call.LIST);
		this.rig.watch.start();
		this.rig.other("b/").start();
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(this.log.at("WARN")).hasSize(2);
	}

}
