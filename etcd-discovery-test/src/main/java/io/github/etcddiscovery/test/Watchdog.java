package io.github.etcddiscovery.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.test.binaries.Command;

/**
 * A running etcd and the shell that outlives us. The shell's standard input is a pipe
 * from this JVM: when the JVM ends, however it ends, the pipe is at its end, and the
 * shell kills the etcd and removes the cluster's folder. The shell ends with its etcd.
 */
final class Watchdog {

	/**
	 * The inner shell reads until the end of the pipe. Its exit code 7 tells the outer
	 * one, which has to reap etcd, that the JVM is gone.
	 */
	private static final String SCRIPT = """
			folder=$1 log=$2
			shift 2
			exec 3<&0 </dev/null
			"$@" >>"$log" 2>&1 3<&- &
			etcd=$!
			(
			  while read -r line; do :; done <&3
			  trap '' TERM
			  kill -9 "$etcd"
			  exit 7
			) >/dev/null 2>&1 &
			guard=$!
			exec 3<&-
			echo "$etcd"
			wait "$etcd"
			code=$?
			kill "$guard" 2>/dev/null
			wait "$guard"
			if [ $? -eq 7 ]; then rm -rf "$folder"; fi
			exit "$code"
			""";

	/**
	 * After the signal threads that are running go on for a moment: on a loaded machine
	 * an etcd has answered a call that was sent after it.
	 */
	private static final String FREEZE = """
			kill -STOP "$1" || exit
			looks=0
			while [ $looks -lt 2000 ] && grep -qsv '^[0-9]* (.*) [TtZX] ' /proc/"$1"/task/*/stat; do
			  looks=$((looks + 1))
			  sleep 0.001
			done
			""";

	private final Process shell;

	private final String pid;

	private Watchdog(Process shell, String pid) {
		this.shell = shell;
		this.pid = pid;
	}

	/**
	 * Starts a program.
	 * @param folder what to remove when the JVM ends
	 * @param log file that takes the program's output
	 * @param line program and arguments
	 */
	static Watchdog start(Path folder, Path log, List<String> line) {
		List<String> all = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", folder.toString(), log.toString()));
		all.addAll(line);
		ProcessBuilder builder = new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD);
		Command.removeEtcdVariables(builder.environment());
		try {
			Process shell = builder.start();
			BufferedReader reader = new BufferedReader(
					new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
			String pid = reader.readLine();
			if (pid == null) {
				throw new EtcdException("the shell that should start " + line.get(0) + " ended at once");
			}
			return new Watchdog(shell, pid);
		}
		catch (IOException ex) {
			throw new EtcdException("cannot start " + line.get(0) + " by a shell: " + ex.getMessage(), ex);
		}
	}

	boolean isAlive() {
		return this.shell.isAlive();
	}

	/**
	 * Sends a signal, by its name without SIG. Does nothing when the program has ended.
	 */
	void signal(String name) {
		run("SIG" + name, "kill -\"$1\" \"$2\"", name, this.pid);
	}

	/**
	 * Returns when every thread of the program stands still, where {@code /proc} tells.
	 */
	void freeze() {
		run("SIGSTOP", FREEZE, this.pid);
	}

	private void run(String signal, String script, String... arguments) {
		List<String> line = new ArrayList<>(List.of("-c", script, "sh"));
		line.addAll(List.of(arguments));
		try {
			if (isAlive()) {
				Command.of("sh", line.toArray(String[]::new)).run();
			}
		}
		catch (IOException ex) {
			throw new EtcdException("cannot send " + signal + " to process " + this.pid, ex);
		}
	}

	/** Waits for the end of the program and says whether it came. */
	boolean awaitEnd(Duration timeout) {
		try {
			return this.shell.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new EtcdException("interrupted while waiting for the end of process " + this.pid, ex);
		}
	}

	/** Asks for an orderly end and enforces one after 10 seconds. */
	void terminate() {
		signal("TERM");
		signal("CONT"); // a frozen process would never see it
		if (!awaitEnd(Duration.ofSeconds(10))) {
			kill();
		}
	}

	/** Returns when the program is gone. */
	void kill() {
		signal("KILL");
		if (!awaitEnd(Duration.ofSeconds(10))) {
			throw new EtcdException("process " + this.pid + " is still there 10 s after SIGKILL");
		}
	}

}
