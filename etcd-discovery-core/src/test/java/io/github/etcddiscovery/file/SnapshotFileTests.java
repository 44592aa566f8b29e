package io.github.etcddiscovery.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static io.github.etcddiscovery.file.SavedSample.OF;
import static io.github.etcddiscovery.file.SavedSample.RANGES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

class SnapshotFileTests {

	private static final Saved NOW = new Saved(Duration.ZERO, RANGES);

	@RegisterExtension
	final LoggedLines log = new LoggedLines(SnapshotFile.class.getName());

	@TempDir
	Path folder;

	private Instant now = Instant.parse("2026-11-30T12:00:00Z");

	private SnapshotFile file() {
		return file(this.folder.resolve("snapshot"));
	}

	private SnapshotFile file(Path path) {
		return new SnapshotFile(path, () -> this.now);
	}

	@Test
	void whatWasWrittenIsThereAndNothingBesideIt() throws IOException {
		assertThat(file().write(OF, NOW)).isTrue();
		assertThat(file().write(OF, NOW)).isTrue();
		assertThat(file().load(OF)).isEqualTo(NOW);
		assertThat(files()).containsExactly("snapshot");
		assertThat(this.log.at("WARN")).isEmpty();
	}

	@Test
	void nobodyButTheOwnerMayReadIt() throws IOException {
		Path path = this.folder.resolve("snapshot");
		Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
		file().write(OF, NOW);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
	}

	@Test
	void thatThereIsNoneYetIsNoNews() {
		assertThat(file().load(OF)).isNull();
		assertThat(file(this.folder.resolve("no/folder/either")).load(OF)).isNull();
		assertThat(this.log.at("WARN")).isEmpty();
		assertThat(this.log.at("INFO")).isEmpty();
	}

	@Test
	void itsAgeCountsFromWhenItWasConfirmedAndNotFromWhenItWasWritten() {
		file().write(OF, new Saved(Duration.ofMinutes(5), RANGES));
		this.now = this.now.plus(Duration.ofHours(1));
		assertThat(file().load(OF)).isEqualTo(new Saved(Duration.ofMinutes(65), RANGES));
	}

	@Test
	void aFileFromTheFutureIsIgnored() {
		file().write(OF, NOW);
		this.now = this.now.minus(Duration.ofMinutes(2));
		assertThat(file().load(OF)).isNull();
		assertIgnored("it is from the future, by 120 s");
	}

	@Test
	void aClockThatWasPutRightMeanwhileIsNoFuture() {
		file().write(OF, NOW);
		this.now = this.now.minus(Duration.ofSeconds(2));
		assertThat(file().load(OF)).isEqualTo(NOW);
	}

	@Test
	void oneOfOtherEndpointsOrLayoutsIsIgnored() {
		file().write("endpoints [http://z:1]", NOW);
		assertThat(file().load(OF)).isNull();
		assertIgnored("http://z:1");
	}

	@Test
	void oneThatIsNoSnapshotIsIgnored() throws IOException {
		Files.writeString(this.folder.resolve("snapshot"), "port=8080\n".repeat(10));
		assertThat(file().load(OF)).isNull();
		assertIgnored("it is no snapshot file");
	}

	@Test
	void aFolderIsIgnoredAndNotReplaced() throws IOException {
		Files.createDirectory(this.folder.resolve("snapshot"));
		assertThat(file().load(OF)).isNull();
		assertIgnored("it is no file");
		assertThat(file().write(OF, NOW)).isFalse();
		assertThat(this.folder.resolve("snapshot")).isDirectory();
		assertThat(files()).containsExactly("snapshot");
	}

	@Test
	void aSymbolicLinkIsNotFollowed() throws IOException {
		Path link = Files.createSymbolicLink(this.folder.resolve("snapshot"), this.folder.resolve("target"));
		file(this.folder.resolve("target")).write(OF, NOW);
		byte[] before = Files.readAllBytes(this.folder.resolve("target"));
		assertThat(file().load(OF)).isNull();
		assertIgnored("it is a symbolic link, which is not followed");
		file().write(OF, SavedSample.of(1, "other"));
		assertThat(this.folder.resolve("target")).hasBinaryContent(before);
		assertThat(Files.isRegularFile(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
	}

	@Test
	void oneOfAnotherOwnerIsIgnored() throws IOException {
		file().write(OF, NOW);
		assumeThat(System.getProperty("user.name")).isEqualTo("root");
		Files.setAttribute(this.folder.resolve("snapshot"), "unix:uid", 12345);
		assertThat(file().load(OF)).isNull();
		assertIgnored("it belongs to 12345, and not to this process's user");
	}

	/** Even the super user makes no file in these. */
	@Test
	void whoRunsTheProcessIsKnownWhereNoFileCanBeMade() throws Exception {
		assumeThat(Path.of("/proc/self")).isDirectory();
		Path own = Files.createFile(this.folder.resolve("own"));
		assertThat(file().thisUser(Path.of("/proc"), Path.of("/proc/self"))).isEqualTo(Files.getOwner(own));
		assertThat(file().thisUser(Path.of("/proc"), this.folder)).isEqualTo(Files.getOwner(own));
		assertThat(files()).containsExactly("own");
	}

	@Test
	void aFolderThatIsMissingIsOneWarningAndOneLineWhenItIsThere() throws IOException {
		SnapshotFile file = file(this.folder.resolve("later/snapshot"));
		for (int i = 0; i < 3; i++) {
			assertThat(file.write(OF, NOW)).isFalse();
		}
		assertThat(this.log.at("WARN")).singleElement().asString().contains("cannot be written", "there is no folder");
		Files.createDirectory(this.folder.resolve("later"));
		assertThat(file.write(OF, NOW)).isTrue();
		assertThat(file.write(OF, NOW)).isTrue();
		assertThat(this.log.at("WARN")).hasSize(1);
		assertThat(this.log.at("INFO")).singleElement().asString().contains("is written again");
	}

	/** Even the super user makes no file there. */
	@Test
	void aFolderThatCannotBeWrittenToIsOneWarning() {
		assumeThat(Path.of("/proc")).isDirectory();
		SnapshotFile file = file(Path.of("/proc/snapshot"));
		assertThat(file.load(OF)).isNull();
		assertThat(file.write(OF, NOW)).isFalse();
		assertThat(this.log.at("WARN")).hasSize(1);
	}

	@Test
	void whatAProcessThatWasKilledHasLeftIsDeletedByALaterOne() throws IOException {
		Path old = Files.createFile(this.folder.resolve("snapshot.123.tmp"));
		Path young = Files.createFile(this.folder.resolve("snapshot.124.tmp"));
		Path foreign = Files.createFile(this.folder.resolve("snapshot.old.tmp"));
		Files.setLastModifiedTime(old, FileTime.from(this.now.minus(Duration.ofMinutes(61))));
		Files.setLastModifiedTime(young, FileTime.from(this.now.minus(Duration.ofMinutes(59))));
		Files.setLastModifiedTime(foreign, FileTime.from(this.now.minus(Duration.ofDays(1))));
		file().load(OF);
		assertThat(files()).containsExactly("snapshot.124.tmp", "snapshot.old.tmp");
	}

	@Test
	void aFileOnlyNamedIsInThePresentFolder() {
		assertThat(file(Path.of("snapshot-of-no-test")).load(OF)).isNull();
		assertThat(this.log.at("WARN")).isEmpty();
	}

	private void assertIgnored(String reason) {
		assertThat(this.log.at("WARN")).singleElement().asString().contains("is ignored", reason);
	}

	private List<String> files() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

}
