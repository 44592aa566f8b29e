package io.github.etcddiscovery.test.binaries;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the search for etcd asks of the machine; a value, so that tests can invent one.
 *
 * @param environment environment variables
 * @param home home folder of the user
 * @param os value of {@code os.name}
 * @param architecture value of {@code os.arch}
 * @param etc folder of the machine's configuration, {@code /etc}
 */
record Host(Map<String, String> environment, Path home, String os, String architecture, Path etc) {

	static Host current() {
		return new Host(System.getenv(), Path.of(System.getProperty("user.home")), System.getProperty("os.name"),
				System.getProperty("os.arch"), Path.of("/etc"));
	}

	boolean isLinux() {
		return this.os.toLowerCase(Locale.ROOT).contains("linux");
	}

	boolean isMac() {
		return this.os.toLowerCase(Locale.ROOT).contains("mac");
	}

	/** Name of the processor as etcd's releases spell it. */
	String releaseArchitecture() {
		return switch (this.architecture) {
			case "amd64", "x86_64" -> "amd64";
			case "aarch64", "arm64" -> "arm64";
			default -> this.architecture;
		};
	}

	String variable(String name) {
		return this.environment.getOrDefault(name, "");
	}

	List<Path> pathFolders() {
		return Arrays.stream(variable("PATH").split(File.pathSeparator))
			.filter((entry) -> !entry.isBlank())
			.map(Path::of)
			.toList();
	}

	/** Whether a program is on the {@code PATH}, and where. */
	Optional<Path> program(String name) {
		return pathFolders().stream().map((folder) -> folder.resolve(name)).filter(Files::isExecutable).findFirst();
	}

}
