package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Programs that are there already: the folder named by {@code ETCD_BIN}, or the
 * {@code PATH}.
 */
record FolderSource(String name, List<Path> candidates, String whenNone) implements BinarySource {

	static FolderSource etcdBin(Host host) {
		String folder = host.variable("ETCD_BIN");
		return new FolderSource("ETCD_BIN", folder.isBlank() ? List.of() : List.of(Path.of(folder)), "not set");
	}

	static FolderSource path(Host host) {
		// A folder with one of the two is passed over: etcd and etcdctl must be of one
		// version.
		List<Path> complete = host.pathFolders()
			.stream()
			.filter((folder) -> EtcdBinaries.PROGRAMS.stream()
				.allMatch((name) -> Files.isExecutable(folder.resolve(name))))
			.toList();
		return new FolderSource("PATH", complete, "no folder of it holds both etcd and etcdctl");
	}

	@Override
	public boolean fetches() {
		return false;
	}

	@Override
	public List<Path> folders() throws IOException {
		if (this.candidates.isEmpty()) {
			throw new IOException(this.whenNone);
		}
		return this.candidates;
	}

}
