package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The packages {@code etcd-server} and {@code etcd-client} of Debian or Ubuntu, fetched
 * by apt-get with package lists of its own and unpacked, not installed: no root, and the
 * machine's own lists, cache and packages stay as they are.
 */
record DebianPackage(Host host, BinaryCache cache) implements BinarySource {

	/**
	 * The machine's apt configuration stays in force (it may name a proxy), except for
	 * hooks that would touch the machine, and for the privileges that root would drop:
	 * its user could not write to our folder.
	 */
	private static final String CONFIGURATION = """
			#clear APT::Update::Pre-Invoke;
			#clear APT::Update::Post-Invoke;
			#clear APT::Update::Post-Invoke-Success;
			#clear DPkg::Post-Invoke;
			APT::Sandbox::User "%5$s";
			Debug::NoLocking "true";
			Dir::Etc::sourcelist "%1$s/none";
			Dir::Etc::sourceparts "%2$s";
			Dir::State::lists "%3$s";
			Dir::Cache "%4$s";
			Acquire::Languages "none";
			Acquire::Retries "1";
			Acquire::http::Timeout "10";
			Acquire::https::Timeout "10";
			""";

	@Override
	public String name() {
		return "Debian or Ubuntu package";
	}

	@Override
	public List<Path> folders() throws IOException {
		for (String program : List.of("apt-get", "dpkg-deb")) {
			if (!this.host.isLinux() || this.host.program(program).isEmpty()) {
				throw new IOException("no " + program + " on this machine");
			}
		}
		Path work = this.cache.workFolder();
		try {
			return List.of(this.cache.install(unpack(work)));
		}
		finally {
			Folders.delete(work);
		}
	}

	private Path unpack(Path work) throws IOException {
		Path configuration = configure(work);
		Path packages = Files.createDirectory(work.resolve("packages"));
		apt(configuration, packages, "update");
		apt(configuration, packages, "download", "etcd-server", "etcd-client");
		Path root = Files.createDirectory(work.resolve("root"));
		try (DirectoryStream<Path> files = Files.newDirectoryStream(packages, "*.deb")) {
			for (Path file : files) {
				Command.of(program("dpkg-deb"), "-x", file.toString(), root.toString()).runOk();
			}
		}
		return root.resolve("usr/bin");
	}

	private Path configure(Path work) throws IOException {
		Path parts = Files.createDirectory(work.resolve("sources.list.d"));
		if (!new AptSources(this.host.etc().resolve("apt")).copyTo(parts)) {
			throw new IOException("no package source of Debian or Ubuntu in " + this.host.etc().resolve("apt"));
		}
		Path lists = work.resolve("lists");
		Path archives = work.resolve("cache");
		Files.createDirectories(lists.resolve("partial"));
		Files.createDirectories(archives.resolve("archives/partial"));
		return Files.writeString(work.resolve("apt.conf"),
				CONFIGURATION.formatted(work, parts, lists, archives, System.getProperty("user.name")));
	}

	/** It downloads to the folder it runs in. */
	private void apt(Path configuration, Path folder, String... arguments) throws IOException {
		List<String> line = new ArrayList<>(List.of("sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh",
				folder.toString(), program("apt-get").toString(), "-qq", "-c", configuration.toString()));
		line.addAll(List.of(arguments));
		Command.of(line.get(0), line.subList(1, line.size()).toArray(String[]::new))
			.with("LC_ALL", "C")
			.within(Duration.ofMinutes(3))
			.runOk();
	}

	private Path program(String name) {
		return this.host.program(name).orElseThrow();
	}

}
