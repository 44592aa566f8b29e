package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whole folders, copied and deleted. May change, use it at your own risk.
 */
public final class Folders {

	private Folders() {
	}

	/**
	 * Deletes a folder with all it holds, as far as possible: a file that a dying process
	 * still creates or removes meanwhile is no error.
	 * @param folder folder or file, may be absent
	 */
	public static void delete(Path folder) {
		for (int attempt = 0; attempt < 3 && Files.exists(folder); attempt++) {
			try {
				for (Path path : tree(folder).sorted(Comparator.reverseOrder()).toList()) {
					Files.deleteIfExists(path);
				}
			}
			catch (IOException | UncheckedIOException ex) {
				// Somebody writes there: the next attempt sees the new content.
			}
		}
	}

	/**
	 * Copies a folder with all it holds.
	 * @param from existing folder
	 * @param to folder to be created
	 * @throws IOException when a file cannot be read or written
	 */
	public static void copy(Path from, Path to) throws IOException {
		for (Path path : tree(from).toList()) {
			Files.copy(path, to.resolve(from.relativize(path).toString()));
		}
	}

	private static Stream<Path> tree(Path folder) throws IOException {
		try (Stream<Path> paths = Files.walk(folder)) {
			List<Path> all = paths.toList();
			return all.stream();
		}
		catch (UncheckedIOException ex) {
			if (ex.getCause() instanceof NoSuchFileException) {
				throw ex.getCause();
			}
			throw ex;
		}
	}

}
