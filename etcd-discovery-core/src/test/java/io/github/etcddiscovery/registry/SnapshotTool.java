package io.github.etcddiscovery.registry;

import java.io.IOException;
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
 * What makes the data of an etcd of a snapshot: etcdctl up to 3.5, etcdutl from 3.6 on. A
 * test is skipped where there is none.
 */
final class SnapshotTool {

	/** What the folder of data has to say of a cluster for its id to stay as it is. */
	static final String TOKEN = "the-one-that-was-backed-up";

	private final EtcdCluster etcd;

	private final Path program;

	private SnapshotTool(EtcdCluster etcd, Path program) {
		this.etcd = etcd;
		this.program = program;
	}

	/**
	 * Finds it.
	 * @param etcd one member, started with {@link #TOKEN}
	 * @param flag what it has to know
	 */
	static SnapshotTool of(EtcdCluster etcd, String flag) {
		Path folder = etcd.binaries().folder();
		Path own = folder.resolve("etcdutl");
		SnapshotTool tool = new SnapshotTool(etcd, Files.isExecutable(own) ? own : etcd.binaries().etcdctl());
		assumeThat(tool.run("snapshot", "--help"))
			.as("%s restores nothing (expected: etcdutl beside it, where it is of 3.6 or later)", tool.program)
			.contains("restore");
		assumeThat(tool.run("snapshot", "restore", "--help"))
			.as("%s of %s does not know --%s", tool.program, etcd.binaries().version(), flag)
			.contains("--" + flag);
		return tool;
	}

	/** Takes a snapshot, which goes with the cluster. */
	Path save() {
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
	void restore(Path snapshot, String token, String... flags) throws IOException {
		Path backup = this.etcd.backup();
		Path member = onlyIn(backup);
		String peer = peer();
		Path data = backup.resolve("restored");
		List<String> line = new ArrayList<>(
				List.of("snapshot", "restore", snapshot.toString(), "--data-dir", data.toString(), "--name",
						member.getFileName().toString(), "--initial-cluster", member.getFileName() + "=" + peer,
						"--initial-advertise-peer-urls", peer, "--initial-cluster-token", token));
		line.addAll(List.of(flags));
		run(line.toArray(String[]::new));
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
	String clusterId() {
		String status = this.etcd.etcdctl("endpoint", "status", "--write-out=json");
		return status.replaceAll("(?s).*\"cluster_id\":(\\d+).*", "$1");
	}

	private static Path onlyIn(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.findFirst().orElseThrow();
		}
	}

	private String run(String... arguments) {
		List<String> line = new ArrayList<>(List.of(this.program.toString()));
		line.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
		builder.environment().keySet().removeIf((name) -> name.startsWith("ETCD"));
		builder.environment().putAll(Map.of("ETCDCTL_API", "3"));
		try {
			return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError(this.program + " does not run", ex);
		}
	}

}
