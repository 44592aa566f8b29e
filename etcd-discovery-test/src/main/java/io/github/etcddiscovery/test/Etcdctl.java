package io.github.etcddiscovery.test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.test.binaries.Command;
import io.github.etcddiscovery.test.binaries.EtcdBinaries;

/**
 * The command line client, pointed at some members.
 */
record Etcdctl(EtcdBinaries binaries, List<String> endpoints, Duration timeout) {

	/** Runs a command and returns its standard output. */
	String run(String... arguments) {
		return run(arguments[0], command(arguments));
	}

	/** Runs a command that reads, for example, a password. */
	String runReading(String input, String... arguments) {
		return run(arguments[0], command(arguments).reading(input));
	}

	/** Whether a command succeeds. */
	boolean succeeds(String... arguments) {
		try {
			return command(arguments).run().exit() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private Command command(String... arguments) {
		List<String> all = new ArrayList<>();
		all.add("--endpoints=" + String.join(",", this.endpoints));
		all.add("--command-timeout=" + this.timeout.toMillis() + "ms");
		all.add("--dial-timeout=" + this.timeout.toMillis() + "ms");
		all.addAll(List.of(arguments));
		// Its own deadlines do not cover everything it does.
		return Command.of(this.binaries.etcdctl(), all.toArray(String[]::new))
			.within(this.timeout.multipliedBy(2).plusSeconds(5));
	}

	private String run(String what, Command command) {
		try {
			Command.Result result = command.run();
			if (result.exit() != 0) {
				throw new EtcdException("etcdctl " + what + " at " + this.endpoints + " ended with " + result.exit()
						+ ": " + result.tail());
			}
			return result.out();
		}
		catch (IOException ex) {
			throw new EtcdException("etcdctl " + what + " at " + this.endpoints + " failed: " + ex.getMessage(), ex);
		}
	}

}
