package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.etcddiscovery.test.binaries.EtcdBinaries;
import org.jspecify.annotations.Nullable;

/**
 * What {@code demo.sh} runs, in the root folder of the project.
 */
final class Demo {

	/** Calls that one killed instance may cost the gateway. */
	private static final long MOST_FAILED_BY_A_KILL = 3;

	private final Options options;

	private final Path folder;

	private final Kept kept;

	private Demo(Options options) {
		this.options = options;
		this.folder = Path.of(".demo", String.valueOf(options.port())).toAbsolutePath();
		this.kept = new Kept(this.folder.resolve("processes"));
	}

	public static void main(String[] arguments) {
		System.exit(run(arguments));
	}

	private static int run(String... arguments) {
		try {
			Demo demo = new Demo(Options.of(List.of(arguments), System.getenv("DEMO_PORT")));
			return demo.options.stop() ? demo.stop() : demo.play();
		}
		catch (IllegalArgumentException | IllegalStateException | IOException ex) {
			System.out.println("demo: FAILED " + ex.getMessage());
			return 1;
		}
	}

	private int stop() throws IOException {
		System.out.println("demo: stopped " + this.kept.stop() + " processes");
		return 0;
	}

	private int play() throws IOException {
		checkPort();
		GoServices go = this.options.interop() ? GoServices.build() : null;
		prepareFolder();
		Story.title("etcd");
		EtcdBinaries binaries = EtcdBinaries.find();
		LocalEtcd etcd = new LocalEtcd(binaries, this.folder);
		Playground playground = new Playground(Path.of("samples"), this.folder, etcd.endpoint(),
				(go != null) ? GoServices.settings() : Map.of());
		Thread cleanUp = new Thread(() -> {
			playground.close();
			Optional.ofNullable(go).ifPresent(GoServices::close);
			etcd.close();
		});
		Runtime.getRuntime().addShutdownHook(cleanUp);
		Story.say("etcd %s runs at %s; logs in %s", binaries.version(), etcd.endpoint(), this.folder);
		int code = tell(etcd, new Story(etcd, playground, this.options.port()), go);
		if (this.options.keep() && code == 0) {
			Runtime.getRuntime().removeShutdownHook(cleanUp);
			keep(etcd, playground);
		}
		return code;
	}

	private int tell(LocalEtcd etcd, Story story, @Nullable GoServices go) {
		try (Traffic traffic = story.begin()) {
			story.spread();
			story.add();
			story.stop();
			long killedFailed = story.kill();
			story.outage();
			story.spread();
			String interop = (go != null) ? story.interop(go) : "";
			Collection<String> failures = traffic.end();
			failures.stream().limit(10).forEach((failure) -> Story.say("failed: %s", failure));
			boolean ok = failures.isEmpty() && killedFailed <= MOST_FAILED_BY_A_KILL;
			return result(ok,
					"requests=" + traffic.requests() + " failed=" + failures.size() + " killed_failed=" + killedFailed,
					story.freshness(), etcd.version() + interop);
		}
	}

	private int result(boolean ok, String counts, Freshness freshness, String end) {
		if (ok && this.options.keep()) {
			Story.title("Left running; end it with: " + command("--stop"));
		}
		System.out.printf("demo: %s %s freshness_p50=%s freshness_p99=%s chosen_p99=%s etcd=%s%n", ok ? "OK" : "FAILED",
				counts, freshness.visible(50), freshness.visible(99), freshness.chosen(99), end);
		return ok ? 0 : 1;
	}

	private void keep(LocalEtcd etcd, Playground playground) throws IOException {
		List<ProcessHandle> processes = new ArrayList<>();
		playground.programs().forEach((program) -> processes.add(program.handle()));
		processes.add(etcd.program().handle());
		this.kept.write(processes);
	}

	private String command(String option) {
		String port = (this.options.port() != Options.GATEWAY_PORT) ? "DEMO_PORT=" + this.options.port() + " " : "";
		return port + "./demo.sh " + option;
	}

	private void checkPort() throws IOException {
		if (!this.kept.alive().isEmpty()) {
			throw new IllegalStateException("an earlier demo was kept running; end it with: " + command("--stop"));
		}
		if (!LocalEtcd.isFree(this.options.port())) {
			throw new IllegalStateException("port " + this.options.port()
					+ " is in use; stop what listens there or choose another port: DEMO_PORT=8890 ./demo.sh");
		}
	}

	private void prepareFolder() throws IOException {
		if (Files.exists(this.folder)) {
			try (var old = Files.walk(this.folder)) {
				for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(path);
				}
			}
		}
		Files.createDirectories(this.folder);
	}

}
