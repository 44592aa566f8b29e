package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/** What readers learn of a registration beside what the instance says of itself. */
class DiscoveredInstanceTests {

	private final Rig rig = new Rig();

	@Test
	void aRegistrationWithEqualValuesIsSeenThoughTheListStaysTheSame() {
		this.rig.put(instance("a", 1));
		this.rig.started();
		ServiceSnapshot snapshot = this.rig.resolver.snapshot("a");
		DiscoveredInstance discovered = snapshot.discovered(0);
		long before = discovered.revision();
		this.rig.advance(Duration.ofSeconds(1));
		long meanwhile = this.rig.loop.now();
		this.rig.advance(Duration.ofSeconds(1));
		this.rig.put(instance("a", 1));
		this.rig.run();
		assertThat(this.rig.resolver.snapshot("a")).isSameAs(snapshot);
		assertThat(discovered.revision()).isEqualTo(before + 1);
		assertThat(discovered.wasWrittenAfter(meanwhile)).isTrue();
		assertThat(discovered.wasWrittenAfter(this.rig.loop.now())).isFalse();
	}

	@Test
	void whatIsDeletedAndPutBackAtOnceIsTheSameObjectWithTheLastWrite() {
		this.rig.put(instance("a", 1));
		this.rig.started();
		ServiceSnapshot snapshot = this.rig.resolver.snapshot("a");
		long before = snapshot.discovered(0).revision();
		this.rig.delete(instance("a", 1));
		this.rig.put(instance("a", 1));
		this.rig.run();
		assertThat(this.rig.resolver.snapshot("a")).isSameAs(snapshot);
		assertThat(snapshot.discovered(0).revision()).isEqualTo(before + 2);
		this.rig.put(instance("a", 1));
		this.rig.run();
		assertThat(snapshot.discovered(0).revision()).isEqualTo(before + 3);
	}

	@Test
	void onlyWhatCameAfterTheFirstListHasAppeared() {
		this.rig.put(instance("a", 1));
		this.rig.started();
		this.rig.advance(Duration.ofSeconds(1));
		this.rig.put(instance("a", 2));
		this.rig.run();
		ServiceSnapshot snapshot = this.rig.resolver.snapshot("a");
		assertThat(snapshot.discovered(0).appearedAt()).isEqualTo(DiscoveredInstance.NOT_YOUNG);
		assertThat(snapshot.discovered(1).appearedAt()).isEqualTo(this.rig.loop.now());
	}

	@Test
	void whatChangesAtItsAddressHasNotAppearedAnew() {
		this.rig.started();
		this.rig.put(instance("a", 1));
		this.rig.run();
		long appeared = this.rig.resolver.snapshot("a").discovered(0).appearedAt();
		this.rig.advance(Duration.ofSeconds(1));
		this.rig.put(instance("a", 1).withWeight(20));
		this.rig.run();
		DiscoveredInstance changed = this.rig.resolver.snapshot("a").discovered(0);
		assertThat(changed.instance().weight()).isEqualTo(20);
		assertThat(changed.appearedAt()).isEqualTo(appeared);
		assertThat(changed.wasWrittenAfter(appeared)).isTrue();
	}

	@Test
	void ofASnapshotThatWasMadeByHandNoRegistrationIsKnown() {
		Instance instance = instance("a", 1);
		DiscoveredInstance discovered = new ServiceSnapshot("a", 1, List.of(instance), State.READ).discovered(0);
		assertThat(discovered.instance()).isSameAs(instance);
		assertThat(discovered.lease()).isZero();
		assertThat(discovered.revision()).isZero();
		assertThat(discovered.wasWrittenAfter(Long.MIN_VALUE)).isFalse();
		assertThat(discovered.wasWrittenAfter(Long.MAX_VALUE)).isFalse();
	}

}
