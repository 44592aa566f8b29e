package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A machine made of a few folders and shell scripts. */
public final class FakeHost {

	private final Path root;

	private final Map<String, String> environment = new HashMap<>();

	private String os = "Linux";

	private String architecture = "amd64";

	FakeHost(Path root) throws IOException {
		this.root = root;
		Files.createDirectories(bin());
		Files.createDirectories(home());
		Files.createDirectories(apt());
		this.environment.put("PATH", bin().toString());
	}

	Path bin() {
		return this.root.resolve("bin");
	}

	Path home() {
		return this.root.resolve("home");
	}

	Path apt() {
		return this.root.resolve("etc/apt");
	}

	Path cache() {
		return home().resolve(".cache/etcd-discovery");
	}

	FakeHost os(String os, String architecture) {
		this.os = os;
		this.architecture = architecture;
		return this;
	}

	FakeHost variable(String name, Object value) {
		this.environment.put(name, value.toString());
		return this;
	}

	Host get() {
		return new Host(Map.copyOf(this.environment), home(), this.os, this.architecture, this.root.resolve("etc"));
	}

	/** A folder with programs that know their version and nothing else. */
	public static Path etcd(Path folder, String version) throws IOException {
		script(folder.resolve("etcd"), "echo 'etcd Version: " + version + "'");
		script(folder.resolve("etcdctl"), "echo 'etcdctl version: " + version + "'");
		return folder;
	}

	public static Path script(Path file, String body) throws IOException {
		Files.createDirectories(file.getParent());
		Files.writeString(file, "#!/bin/sh\n" + body + "\n");
		if (!file.toFile().setExecutable(true)) {
			throw new IOException("cannot make " + file + " executable");
		}
		return file;
	}

}
