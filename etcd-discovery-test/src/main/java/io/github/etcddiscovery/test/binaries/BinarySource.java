package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One place where etcd may come from.
 */
interface BinarySource {

	/** What is said in the list of things tried. */
	String name();

	/** Whether asking it may take long, so that it is worth a line of its own. */
	default boolean fetches() {
		return true;
	}

	/**
	 * Folders that should hold both programs, best first; they are checked by whoever
	 * asks.
	 * @throws IOException when this source has none; its message is the reason shown
	 */
	List<Path> folders() throws IOException;

}
