package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Programs copied out of etcd's container image; no container is ever started.
 */
record ContainerImage(Host host, BinaryCache cache) implements BinarySource {

	private static final String IMAGE = "quay.io/coreos/etcd:v3.5.27";

	private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration PULL_TIMEOUT = Duration.ofMinutes(3);

	@Override
	public String name() {
		return "container image " + IMAGE;
	}

	@Override
	public List<Path> folders() throws IOException {
		if (!this.host.isLinux()) {
			throw new IOException("its programs are for Linux");
		}
		Path docker = this.host.program("docker").orElseThrow(() -> new IOException("no docker on this machine"));
		Command.of(docker, "version", "--format", "{{.Server.Version}}").within(ANSWER_TIMEOUT).runOk();
		Path work = this.cache.workFolder();
		try {
			String container = Command.of(docker, "create", IMAGE).within(PULL_TIMEOUT).runOk();
			// The id is the last line; lines before it tell of the pull.
			String id = container.substring(container.lastIndexOf('\n') + 1);
			try {
				for (String program : EtcdBinaries.PROGRAMS) {
					Command.of(docker, "cp", id + ":/usr/local/bin/" + program, work.resolve(program).toString())
						.runOk();
				}
			}
			finally {
				Command.of(docker, "rm", id).run();
			}
			return List.of(this.cache.install(work));
		}
		finally {
			Folders.delete(work);
		}
	}

}
