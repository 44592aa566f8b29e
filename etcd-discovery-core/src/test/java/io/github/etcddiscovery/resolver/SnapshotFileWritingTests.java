package io.github.etcddiscovery.resolver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.file.Saved;
import io.github.etcddiscovery.file.SavedInstance;
import io.github.etcddiscovery.file.SavedRange;
import io.github.etcddiscovery.file.SnapshotFile;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/** When a resolver writes its snapshot file, and what. */
class SnapshotFileWritingTests {

	private static final Layout SECOND = new Layout(InstanceCodec.kitex(), "second");

	private static final SavedRange ALL = new SavedRange(0, null);

	@RegisterExtension
	final LoggedLines log = new LoggedLines("io.github.etcddiscovery.file");

	@TempDir
	Path folder;

	private final Rig rig = new Rig();

	private Path file() {
		return this.folder.resolve("snapshot");
	}

	private ResolverOptions kept(ResolverOptions options) {
		return options.withSnapshotFile(file());
	}

	private Saved saved(UnaryOperator<ResolverOptions> options) {
		return SnapshotFile.of(file())
			.load(LastKnown.describe(List.of("http://model:2379"), options.apply(ResolverOptions.defaults())));
	}

	private List<String> hosts(SavedRange range) {
		return saved(this::kept).ranges().get(range).stream().map((each) -> each.instance().host()).toList();
	}

	/** Whether the file is written anew within a while. */
	private boolean isWrittenWithin(Duration duration) throws IOException {
		Files.deleteIfExists(file());
		this.rig.advance(duration);
		return Files.exists(file());
	}

	@Test
	void isWrittenSoonAfterAChangeAndNoMoreOftenThanEveryFiveSeconds() throws IOException {
		this.rig.put(instance("a", 1));
		this.rig.start(this::kept);
		assertThat(isWrittenWithin(Duration.ofMillis(4_999))).isFalse();
		assertThat(isWrittenWithin(Duration.ofMillis(1))).isTrue();
		assertThat(hosts(ALL)).containsExactly("10.0.0.1");
		this.rig.put(instance("a", 2));
		assertThat(isWrittenWithin(Duration.ofMillis(4_999))).isFalse();
		assertThat(isWrittenWithin(Duration.ofMillis(1))).isTrue();
		assertThat(hosts(ALL)).containsExactly("10.0.0.1", "10.0.0.2");
		assertThat(isWrittenWithin(Duration.ofSeconds(50))).isFalse();
	}

	@Test
	void isWrittenOnceAMinuteForItsTimeWhereNothingChanges() throws IOException {
		this.rig.start(this::kept);
		this.rig.advance(Duration.ofSeconds(6));
		for (int i = 0; i < 5; i++) {
			assertThat(isWrittenWithin(Duration.ofMinutes(1))).isTrue();
		}
	}

	@Test
	void isNotWrittenWhileNothingIsConfirmed() throws IOException {
		this.rig.start(this::kept);
		this.rig.advance(Duration.ofMinutes(2));
		this.rig.etcd.down();
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(isWrittenWithin(Duration.ofMinutes(20))).isFalse();
	}

	@Test
	void itsTimeIsThatOfTheLastConfirmation() {
		this.rig.start(this::kept);
		this.rig.advance(Duration.ofSeconds(6));
		this.rig.etcd.down();
		this.rig.advance(Duration.ofMinutes(30));
		close();
		assertThat(saved(this::kept).age()).isBetween(Duration.ofMinutes(30), Duration.ofMinutes(31));
	}

	@Test
	void isWrittenOnClose() {
		this.rig.put(instance("a", 1));
		this.rig.start(this::kept);
		this.rig.run();
		this.rig.put(instance("a", 2));
		this.rig.run();
		close();
		assertThat(hosts(ALL)).containsExactly("10.0.0.1", "10.0.0.2");
	}

	private void close() {
		SnapshotFileThreadsTests.close(this.rig);
	}

	@Test
	void isNeverWrittenBeforeEtcdHasAnswered() throws IOException {
		this.rig.put(instance("a", 1));
		this.rig.start(this::kept);
		this.rig.run();
		close();
		byte[] before = Files.readAllBytes(file());
		for (int i = 0; i < 3; i++) {
			Rig later = new Rig();
			later.etcd.down();
			later.start(this::kept);
			later.advance(Duration.ofMinutes(3));
			assertThat(later.hosts("a")).hasSize(1);
			assertThat(file()).hasBinaryContent(before);
		}
	}

	@Test
	void keepsWhatItHasOfALayoutThatDoesNotAnswer() {
		UnaryOperator<ResolverOptions> both = (options) -> kept(options).withLayouts(Rig.KITEX, SECOND);
		this.rig.put(Rig.KITEX, instance("a", 1));
		this.rig.put(SECOND, instance("a", 2));
		this.rig.start(both);
		this.rig.run();
		close();
		Rig later = new Rig();
		later.etcd.forbidReads(SECOND.allServices());
		later.start(both);
		later.advance(Duration.ofSeconds(90));
		assertThat(saved(both).ranges().get(ALL)).isEmpty();
		assertThat(saved(both).ranges().get(new SavedRange(1, null))).extracting(SavedInstance::instance)
			.containsExactly(instance("a", 2));
	}

	@Test
	void aRangeThatMayNotBeReadIsNotInIt() {
		UnaryOperator<ResolverOptions> both = (options) -> kept(options).withLayouts(Rig.KITEX, SECOND);
		this.rig.etcd.forbidReads(SECOND.allServices());
		this.rig.start(both);
		this.rig.advance(Duration.ofSeconds(6));
		assertThat(saved(both).ranges()).containsOnlyKeys(ALL);
	}

	@Test
	void hasTheServicesThatAreFollowedOneByOne() {
		UnaryOperator<ResolverOptions> byService = (options) -> kept(options).withScope(Scope.SERVICE);
		this.rig.put(instance("a", 1));
		this.rig.put(instance("b", 1));
		this.rig.start(byService);
		this.rig.run();
		this.rig.resolver.snapshot("a");
		this.rig.resolver.snapshot("nobody");
		this.rig.advance(Duration.ofSeconds(6));
		assertThat(saved(byService).ranges()).containsOnlyKeys(new SavedRange(0, "a"), new SavedRange(0, "nobody"));
		assertThat(saved(byService).ranges().get(new SavedRange(0, "a"))).hasSize(1);
	}

	@Test
	void whatIsTooOldToBeShownIsNotWrittenAsIfItWereGone() throws IOException {
		UnaryOperator<ResolverOptions> limited = (options) -> Rig
			.timing(Duration.ofSeconds(3), Duration.ofMinutes(5), Duration.ofMinutes(2))
			.apply(kept(options));
		this.rig.put(instance("a", 1));
		this.rig.start(limited);
		this.rig.advance(Duration.ofSeconds(6));
		byte[] before = Files.readAllBytes(file());
		this.rig.etcd.down();
		this.rig.advance(Duration.ofMinutes(10));
		assertThat(this.rig.hosts("a")).isEmpty();
		close();
		assertThat(file()).hasBinaryContent(before);
	}

	/** The age falls at once, and what there is is shown again within a second. */
	@Test
	void whatIsNotShownYetAgainIsNotWrittenAsIfItWereGone() {
		UnaryOperator<ResolverOptions> limited = (options) -> Rig
			.timing(Duration.ofSeconds(3), Duration.ofMinutes(5), Duration.ofMinutes(1))
			.apply(kept(options));
		this.rig.put(instance("a", 1));
		this.rig.start(limited);
		this.rig.advance(Duration.ofSeconds(6));
		this.rig.etcd.watchFaults().holdBack(true);
		this.rig.put(instance("b", 2));
		// To just before the file is looked at.
		this.rig.advance(Duration.ofMillis(133_999));
		assertThat(this.rig.hosts("a")).isEmpty();
		this.rig.etcd.watchFaults().holdBack(false);
		this.rig.run();
		assertThat(this.rig.resolver.staleFor()).isZero();
		for (int i = 0; i < 70; i++) {
			this.rig.advance(Duration.ofMillis(100));
			assertThat(hosts(ALL)).contains("10.0.0.1");
		}
		assertThat(hosts(ALL)).containsExactly("10.0.0.1", "10.0.0.2");
	}

	@Test
	void aFolderThatIsMissingChangesNothingElse() throws IOException {
		this.rig.put(instance("a", 1));
		this.rig.start((options) -> options.withSnapshotFile(this.folder.resolve("later/snapshot")));
		this.rig.advance(Duration.ofMinutes(10));
		assertThat(this.rig.hosts("a")).hasSize(1);
		assertThat(this.rig.resolver.staleFor()).isZero();
		assertThat(this.log.at("WARN")).hasSize(1);
		Files.createDirectory(this.folder.resolve("later"));
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(this.folder.resolve("later/snapshot")).exists();
	}

}
