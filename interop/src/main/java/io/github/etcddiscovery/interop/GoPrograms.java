package io.github.etcddiscovery.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Go programs, built.
 *
 * @param folder the folder with both of them, and with their logs
 */
public record GoPrograms(Path folder) {

	private static final String KITEX = "kitex";

	private static final String PEERS = "peers";

	/**
	 * Builds them, unless that has been done. The first time this fetches modules and
	 * takes a minute. Other processes that build at the same time are waited for.
	 * @param interop folder of this module
	 * @return the programs
	 * @throws GoUnavailableException if there is no Go, or it cannot get the modules
	 * @throws IllegalStateException if they cannot be built
	 */
	public static GoPrograms build(Path interop) throws GoUnavailableException {
		GoToolchain go = GoToolchain.find(System.getenv());
		Path folder = interop.toAbsolutePath().normalize().resolve("target/go");
		Path sources = interop.toAbsolutePath().normalize().resolve("go");
		try {
			Files.createDirectories(folder);
			try (FileChannel file = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE); FileLock alone = file.lock()) {
				if (alone.isValid()) {
					go.build(sources.resolve(KITEX), folder.resolve(KITEX));
					go.build(sources.resolve(PEERS), folder.resolve(PEERS));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot write to " + folder, ex);
		}
		return new GoPrograms(folder);
	}

	/**
	 * Starts a Kitex server or client.
	 * @param role {@code serve} or {@code find}
	 * @param options as {@code interop/go/peer/options.go} has them
	 * @param ttl time to live of the lease in seconds, which Kitex takes from its
	 * environment
	 * @return the process
	 */
	public PeerProcess kitex(String role, List<String> options, int ttl) {
		return start(KITEX, role, options, Map.of("KITEX_ETCD_REGISTRY_LEASE_TTL", Integer.toString(ttl)));
	}

	/**
	 * Starts another peer.
	 * @param role as {@code interop/go/peers/main.go} has them, for example
	 * {@code go-kit serve}
	 * @param options as {@code interop/go/peer/options.go} has them
	 * @return the process
	 */
	public PeerProcess peer(String role, List<String> options) {
		return start(PEERS, role, options, Map.of());
	}

	private PeerProcess start(String program, String role, List<String> options, Map<String, String> environment) {
		List<String> line = new ArrayList<>(List.of(this.folder.resolve(program).toString()));
		line.addAll(List.of(role.split(" ")));
		line.addAll(options);
		return PeerProcess.start(line, environment, this.folder.resolve("logs"));
	}

}
