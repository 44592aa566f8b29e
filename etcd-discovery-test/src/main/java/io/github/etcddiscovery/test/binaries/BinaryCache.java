package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder {@code ~/.cache/etcd-discovery}, one folder per version of etcd that an
 * earlier run set up. A version appears by one rename, so that several processes may set
 * up at once and none ever sees half a version.
 */
record BinaryCache(Path root) implements BinarySource {

	private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

	static BinaryCache of(Host host) {
		return new BinaryCache(host.home().resolve(".cache").resolve("etcd-discovery"));
	}

	@Override
	public String name() {
		return "cache " + this.root;
	}

	@Override
	public boolean fetches() {
		return false;
	}

	@Override
	public List<Path> folders() throws IOException {
		if (!Files.isDirectory(this.root)) {
			throw new IOException("nothing was set up before");
		}
		try (Stream<Path> versions = Files.list(this.root)) {
			List<Path> newestFirst = versions
				.flatMap((folder) -> EtcdVersion.in(folder.getFileName().toString()).stream())
				.sorted(Comparator.reverseOrder())
				.map((version) -> this.root.resolve(version.toString()))
				.filter(Files::isDirectory)
				.toList();
			if (newestFirst.isEmpty()) {
				throw new IOException("nothing was set up before");
			}
			return newestFirst;
		}
	}

	/** A folder of its own for work in progress, on the same file system. */
	Path workFolder() throws IOException {
		return Files.createTempDirectory(Files.createDirectories(this.root), ".setup-");
	}

	/**
	 * Takes both programs in.
	 * @param from folder that holds them, anywhere below a work folder
	 * @return the folder of their version
	 */
	Path install(Path from) throws IOException {
		Path staged = workFolder();
		try {
			for (String program : EtcdBinaries.PROGRAMS) {
				// Not copied by this JVM: a process that another thread starts meanwhile
				// would
				// inherit the open file, and an executable that is open for writing
				// cannot be
				// run.
				Command.of("cp", from.resolve(program).toString(), staged.toString()).runOk();
				Files.setPosixFilePermissions(staged.resolve(program), EXECUTABLE);
			}
			Files.setPosixFilePermissions(staged, EXECUTABLE);
			EtcdBinaries checked = EtcdBinaries.check(staged, name());
			return publish(staged, this.root.resolve(checked.version().toString()));
		}
		finally {
			Folders.delete(staged);
		}
	}

	private Path publish(Path staged, Path target) throws IOException {
		if (Files.exists(target) && !isComplete(target)) {
			Path aside = workFolder();
			Files.move(target, aside.resolve("broken"), StandardCopyOption.ATOMIC_MOVE);
			Folders.delete(aside);
		}
		try {
			return Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (FileSystemException ex) {
			if (isComplete(target)) {
				return target; // another process was quicker; its version is as good
			}
			throw ex;
		}
	}

	private static boolean isComplete(Path folder) {
		return EtcdBinaries.PROGRAMS.stream().allMatch((program) -> Files.isExecutable(folder.resolve(program)));
	}

}
