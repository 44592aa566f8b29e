package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A folder with the programs {@code etcd} and {@code etcdctl} of one version, 3.4 or
 * newer.
 * <p>
 * {@link #find()} takes the first of: the folder named by the environment variable
 * {@code ETCD_BIN}; the {@code PATH}; {@code ~/.cache/etcd-discovery}, where an earlier
 * search left them; on Linux etcd's release archive, the package of Debian or Ubuntu
 * (unpacked, not installed), and a container image. What is older than 3.4 is passed
 * over. Nothing outside the cache folder is changed.
 *
 * @param folder absolute folder that holds both programs
 * @param version what {@code etcd --version} says
 * @param source where they came from, for people to read
 */
public record EtcdBinaries(Path folder, EtcdVersion version, String source) {

	static final List<String> PROGRAMS = List.of("etcd", "etcdctl");

	private static volatile @Nullable EtcdBinaries found;

	/**
	 * Finds etcd or sets it up. The first call of a JVM may take a minute where etcd has
	 * to be fetched; the answer is remembered. Thread-safe.
	 * @return the programs
	 * @throws IllegalStateException when no source has etcd; the message lists what was
	 * tried, why each failed, and how to go on
	 */
	public static EtcdBinaries find() {
		// The logger is asked for here and not in a field: main must run with nothing but
		// this module's classes on the class path.
		return find((line) -> LoggerFactory.getLogger(EtcdBinaries.class).info("{}", line));
	}

	private static synchronized EtcdBinaries find(Consumer<String> progress) {
		EtcdBinaries known = found;
		if (known == null || !Files.isExecutable(known.etcd())) {
			known = BinarySearch.on(Host.current(), progress).run();
			found = known;
		}
		return known;
	}

	/**
	 * Takes the programs of a given folder.
	 * @param folder folder that holds both
	 * @return the programs
	 * @throws IllegalArgumentException when one is missing, cannot be run or is too old
	 */
	public static EtcdBinaries in(Path folder) {
		try {
			return check(folder, "given");
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("No usable etcd in " + folder + ": " + ex.getMessage(), ex);
		}
	}

	static EtcdBinaries check(Path folder, String source) throws IOException {
		for (String program : PROGRAMS) {
			if (!Files.isExecutable(folder.resolve(program))) {
				throw new IOException("no executable " + folder.resolve(program));
			}
		}
		String answer = Command.of(folder.resolve("etcd"), "--version").within(Duration.ofSeconds(15)).runOk();
		EtcdVersion version = EtcdVersion.in(answer)
			.orElseThrow(() -> new IOException(folder.resolve("etcd") + " --version names no version"));
		if (!version.isAtLeast(3, 4)) {
			throw new IOException("etcd " + version + " in " + folder + " is older than 3.4");
		}
		return new EtcdBinaries(folder.toAbsolutePath(), version, source);
	}

	/**
	 * Names the server.
	 * @return path of {@code etcd}
	 */
	public Path etcd() {
		return this.folder.resolve("etcd");
	}

	/**
	 * Names the command line client.
	 * @return path of {@code etcdctl}
	 */
	public Path etcdctl() {
		return this.folder.resolve("etcdctl");
	}

	/**
	 * Says what was chosen.
	 * @return one line with version, folder and source
	 */
	public String description() {
		return "etcd " + this.version + " in " + this.folder + " (" + this.source + ")";
	}

	/**
	 * Prints the folder on standard output, and what was done on standard error. Needs no
	 * other class than this module's. Exit code 1 when there is no etcd.
	 * @param arguments none
	 */
	public static void main(String... arguments) {
		try {
			System.out.println(find(System.err::println).folder());
		}
		catch (IllegalStateException ex) {
			System.err.println(ex.getMessage());
			System.exit(1);
		}
	}

}
