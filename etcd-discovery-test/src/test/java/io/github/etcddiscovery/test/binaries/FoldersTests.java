package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(30)
class FoldersTests {

	@TempDir
	private Path temp;

	private Path tree;

	@BeforeEach
	void plant() throws IOException {
		this.tree = this.temp.resolve("tree");
		Files.createDirectories(this.tree.resolve("a/b/c"));
		Files.createDirectories(this.tree.resolve("empty"));
		Files.writeString(this.tree.resolve("a/one"), "1");
		Files.writeString(this.tree.resolve("a/b/c/two"), "2");
	}

	@Test
	void aFolderIsDeletedWithAllItHolds() {
		Folders.delete(this.tree);
		assertThat(this.tree).doesNotExist();
		assertThat(this.temp).isEmptyDirectory();
	}

	@Test
	void aFileIsDeletedToo() {
		Folders.delete(this.tree.resolve("a/one"));
		assertThat(this.tree.resolve("a")).isDirectoryNotContaining("glob:**/one");
		assertThat(this.tree.resolve("a/b/c/two")).exists();
	}

	@Test
	void whatIsNotThereIsDeletedAlready() {
		Folders.delete(this.temp.resolve("absent"));
		assertThat(this.tree).exists();
	}

	@Test
	void aLinkIsDeletedAndNotWhatItLeadsTo() throws IOException {
		Path outside = Files.createDirectory(this.temp.resolve("outside"));
		Files.writeString(outside.resolve("kept"), "1");
		Files.createSymbolicLink(this.tree.resolve("link"), outside);
		Folders.delete(this.tree);
		assertThat(this.tree).doesNotExist();
		assertThat(outside.resolve("kept")).exists();
	}

	@Test
	void filesThatComeAndGoMeanwhileAreNoError() throws InterruptedException {
		AtomicBoolean going = new AtomicBoolean(true);
		Thread writer = new Thread(() -> {
			for (int i = 0; going.get(); i++) {
				write(this.tree.resolve("a/b/file" + i % 50));
			}
		});
		writer.start();
		for (int i = 0; i < 20; i++) {
			Folders.delete(this.tree.resolve("a"));
		}
		going.set(false);
		writer.join();
		Folders.delete(this.tree);
		assertThat(this.tree).doesNotExist();
	}

	@Test
	void aCopyHasEverythingAndIsApart() throws IOException {
		Path copy = this.temp.resolve("copy");
		Folders.copy(this.tree, copy);
		Files.writeString(this.tree.resolve("a/one"), "changed");

		assertThat(copy.resolve("a/one")).hasContent("1");
		assertThat(copy.resolve("a/b/c/two")).hasContent("2");
		assertThat(copy.resolve("empty")).isEmptyDirectory();
	}

	@Test
	void nothingIsCopiedOverWhatIsThere() throws IOException {
		Path copy = Files.createDirectory(this.temp.resolve("copy"));
		Files.writeString(copy.resolve("a"), "mine");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> Folders.copy(this.tree, copy));
		assertThat(copy.resolve("a")).hasContent("mine");
	}

	@Test
	void whatIsNotThereCannotBeCopied() {
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> Folders.copy(this.temp.resolve("absent"), this.temp.resolve("copy")));
	}

	private static void write(Path file) {
		try {
			Files.createDirectories(file.getParent());
			Files.writeString(file, "x");
		}
		catch (IOException ex) {
			// Deleted between the two, which is the point.
		}
	}

}
