package io.github.etcddiscovery.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdCluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Makes the data of an etcd of a snapshot. A tool of any version does it for every etcd;
 * this one knows {@code --bump-revision}: what stands beside etcd (etcdutl, or etcdctl of
 * 3.5), else etcdutl as Go builds it, once for this machine. A test is skipped where
 * there is neither.
 */
public final class SnapshotTool {

	/** What the folder of data has to say of a cluster for its id to stay as it is. */
	public static final String TOKEN = "the-one-that-was-backed-up";

	private static final String VERSION = "v3.6.9";

	private final EtcdCluster etcd;

	private final Path program;

	private SnapshotTool(EtcdCluster etcd, Path program) {
		this.etcd = etcd;
		this.program = program;
	}

	/**
	 * Finds it.
	 * @param etcd one member, started with {@link #TOKEN}
	 */
	public static SnapshotTool of(EtcdCluster etcd) {
		Path built = Path.of(System.getProperty("user.home"), ".cache", "etcd-discovery-tools", VERSION, "etcdutl");
		List<Path> beside = List.of(etcd.binaries().folder().resolve("etcdutl"), etcd.binaries().etcdctl(), built);
		Path program = beside.stream().filter(SnapshotTool::bumps).findFirst().orElseGet(() -> build(built));
		return new SnapshotTool(etcd, program);
	}

	private static boolean bumps(Path program) {
		return Files.isExecutable(program) && run(program, "snapshot", "restore", "--help").contains("--bump-revision");
	}

	/** Built apart and moved in the end, so that nobody meets half of it. */
	private static Path build(Path target) {
		String module = "go.etcd.io/etcd/etcdutl/v3";
		String said;
		try {
			Files.createDirectories(target.getParent());
			Path work = Files.createTempDirectory(target.getParent(), "build");
			said = run(Path.of("sh"), "-c", "cd '" + work + "' && go mod init build && go get " + module + "@" + VERSION
					+ " && CGO_ENABLED=0 go build -o etcdutl " + module + " && mv etcdutl '" + target + "'");
			run(Path.of("rm"), "-r", work.toString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		assumeThat(bumps(target)).as("no etcdutl beside etcd, and Go builds none: %s", said).isTrue();
		return target;
	}

	/** Takes a snapshot, which goes with the cluster. */
	public Path save() {
		Path file = this.etcd.backup().resolve("snapshot");
		this.etcd.etcdctl("snapshot", "save", file.toString());
		return file;
	}

	/**
	 * Ends etcd and starts it at the same addresses with what is in a snapshot.
	 * @param snapshot from {@link #save()}
	 * @param token decides the id of the cluster, together with the address for peers
	 * @param flags of the command
	 */
	public void restore(Path snapshot, String token, String... flags) throws IOException {
		Path backup = this.etcd.backup();
		Path member = onlyIn(backup);
		String peer = peer();
		Path data = backup.resolve("restored");
		List<String> line = new ArrayList<>(
				List.of("snapshot", "restore", snapshot.toString(), "--data-dir", data.toString(), "--name",
						member.getFileName().toString(), "--initial-cluster", member.getFileName() + "=" + peer,
						"--initial-advertise-peer-urls", peer, "--initial-cluster-token", token));
		line.addAll(List.of(flags));
		run(this.program, line.toArray(String[]::new));
		assertThat(data).isNotEmptyDirectory();
		Files.move(member, backup.resolve("former"));
		Files.move(data, member);
		this.etcd.restore(backup);
	}

	private String peer() {
		String members = this.etcd.etcdctl("member", "list", "--write-out=simple");
		return members.split(", ", -1)[3];
	}

	/** Says which cluster this is. */
	public String clusterId() {
		String status = this.etcd.etcdctl("endpoint", "status", "--write-out=json");
		return status.replaceAll("(?s).*\"cluster_id\":(\\d+).*", "$1");
	}

	private static Path onlyIn(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.findFirst().orElseThrow();
		}
	}

	private static String run(Path program, String... arguments) {
		List<String> line = new ArrayList<>(List.of(program.toString()));
		line.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
		builder.environment().keySet().removeIf((name) -> name.startsWith("ETCD"));
		builder.environment().putAll(Map.of("ETCDCTL_API", "3"));
		try {
			return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError(program + " does not run", ex);
		}
	}

}
