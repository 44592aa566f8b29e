package io.github.etcddiscovery.resolver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.file.Saved;
import io.github.etcddiscovery.file.SavedInstance;
import io.github.etcddiscovery.file.SavedRange;
import io.github.etcddiscovery.file.SnapshotFile;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

	/** Only another lease or revision is: ejections end with it. */
	@Test
	void aFirstListThatConfirmsTheFileIsNoNewRegistration(@TempDir Path folder) {
		DiscoveredInstance fromFile = fromFile(folder);
		long revision = fromFile.revision();
		this.rig.etcd.up();
		this.rig.advance(Duration.ofSeconds(8));
		assertThat(this.rig.resolver.layouts()).singleElement().extracting(LayoutStatus::fromFile).isEqualTo(false);
		assertThat(this.rig.resolver.snapshot("a").discovered(0)).isSameAs(fromFile);
		assertThat(fromFile.revision()).isEqualTo(revision);
		assertThat(fromFile.writtenAt()).isEqualTo(DiscoveredInstance.NOT_YOUNG);
	}

	@Test
	void aFirstListThatShowsALaterWriteThanTheFileIsANewRegistration(@TempDir Path folder) {
		DiscoveredInstance fromFile = fromFile(folder);
		long meanwhile = this.rig.loop.now();
		this.rig.etcd.up();
		this.rig.put(instance("a", 1));
		this.rig.advance(Duration.ofSeconds(8));
		assertThat(this.rig.resolver.snapshot("a").discovered(0)).isSameAs(fromFile);
		assertThat(fromFile.wasWrittenAfter(meanwhile)).isTrue();
	}

	/** An instance that stands in etcd as it stands in the file, while etcd is away. */
	private DiscoveredInstance fromFile(Path folder) {
		Instance instance = instance("a", 1);
		this.rig.put(instance);
		this.rig.etcd.down();
		SavedInstance saved = new SavedInstance(Rig.KITEX.key(instance), instance, 0, this.rig.etcd.revision());
		UnaryOperator<ResolverOptions> kept = (options) -> options.withSnapshotFile(folder.resolve("snapshot"));
		SnapshotFile.of(folder.resolve("snapshot"))
			.write(LastKnown.describe(List.of("http://model:2379"), kept.apply(ResolverOptions.defaults())),
					new Saved(Duration.ZERO, Map.of(new SavedRange(0, null), List.of(saved))));
		this.rig.start(kept);
		this.rig.advance(Duration.ofSeconds(3));
		return this.rig.resolver.snapshot("a").discovered(0);
	}

}
