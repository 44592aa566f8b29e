package io.github.etcddiscovery.interop;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

import io.github.etcddiscovery.test.binaries.Command;

/**
 * The Go of this machine.
 *
 * @param go the program
 */
record GoToolchain(Path go) {

	/** A first build fetches modules and compiles everything, maybe beside others. */
	private static final Duration PATIENCE = Duration.ofMinutes(10);

	/**
	 * Looks for Go.
	 * @param environment environment variables: {@code GO_BIN}, a folder, goes before the
	 * {@code PATH}
	 * @throws GoUnavailableException if there is none
	 */
	static GoToolchain find(Map<String, String> environment) throws GoUnavailableException {
		String folder = environment.getOrDefault("GO_BIN", "");
		String searched = folder.isBlank() ? environment.getOrDefault("PATH", "") : folder;
		return Arrays.stream(searched.split(File.pathSeparator))
			.filter((entry) -> !entry.isBlank())
			.map((entry) -> Path.of(entry).resolve("go"))
			.filter(Files::isExecutable)
			.findFirst()
			.map(GoToolchain::new)
			.orElseThrow(() -> new GoUnavailableException(folder.isBlank()
					? "no go on the PATH; install Go >= 1.26 (https://go.dev/dl) or set GO_BIN to its folder"
					: "GO_BIN=" + folder + " holds no go"));
	}

	/**
	 * Builds a program; what Go has in its cache is not built again.
	 * @param module folder of the program
	 * @param program file to write
	 * @throws GoUnavailableException if its modules cannot be fetched
	 * @throws IllegalStateException if it cannot be built though they can
	 */
	void build(Path module, Path program) throws GoUnavailableException {
		Command.Result built = run("build", "-C", module.toString(), "-ldflags=-s -w", "-o", program.toString(), ".");
		if (built.exit() == 0) {
			return;
		}
		Command.Result fetched = run("mod", "download", "-C", module.toString());
		if (fetched.exit() != 0) {
			throw new GoUnavailableException("the modules of " + module + " cannot be fetched: " + fetched.tail());
		}
		throw new IllegalStateException("go build in " + module + " failed: " + built.tail());
	}

	private Command.Result run(String... arguments) {
		try {
			return Command.of(this.go, arguments)
				// Exactly the versions of go.sum, whatever else the user works on.
				.with("GOFLAGS", "-mod=readonly -buildvcs=false")
				.with("GOWORK", "off")
				.with("CGO_ENABLED", "0")
				.within(PATIENCE)
				.run();
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot run " + this.go + " " + arguments[0] + ": " + ex.getMessage(), ex);
		}
	}

}
