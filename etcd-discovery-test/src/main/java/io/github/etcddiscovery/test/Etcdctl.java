package io.github.etcddiscovery.test;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.etcddiscovery.test.binaries.Command;
import io.github.etcddiscovery.test.tls.EtcdTls;
import io.github.etcddiscovery.test.tls.PemFiles;

/**
 * The command line client, pointed at some members.
 *
 * @param program path of etcdctl
 * @param tls how members want to be talked to
 * @param rootPassword password, when authentication is enabled
 * @param endpoints URLs of members
 * @param timeout time for one command
 */
record Etcdctl(Path program, Optional<EtcdTls> tls, Optional<String> rootPassword, List<String> endpoints,
		Duration timeout) {

	private static final String USER = "etcd-discovery-test";

	/** The same with another time for one command. */
	Etcdctl within(Duration timeout) {
		return new Etcdctl(this.program, this.tls, this.rootPassword, this.endpoints, timeout);
	}

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

	/** Reads a number out of a JSON answer, wherever it stands. */
	static long number(String field, String json) {
		Matcher found = Pattern.compile("\"" + field + "\":(\\d+)").matcher(json);
		if (!found.find()) {
			throw new EtcdException("etcdctl answered without the field " + field + ": " + json);
		}
		return Long.parseUnsignedLong(found.group(1));
	}

	private Command command(String... arguments) {
		List<String> all = new ArrayList<>();
		all.add("--endpoints=" + String.join(",", this.endpoints));
		all.add("--command-timeout=" + this.timeout.toMillis() + "ms");
		all.add("--dial-timeout=" + this.timeout.toMillis() + "ms");
		this.tls.ifPresent((secured) -> addTls(secured, all));
		all.addAll(List.of(arguments));
		// Its own deadlines do not cover everything it does.
		Command command = Command.of(this.program, all.toArray(String[]::new))
			.within(this.timeout.multipliedBy(2).plusSeconds(5));
		return this.rootPassword
			.map((password) -> command.with("ETCDCTL_USER", "root").with("ETCDCTL_PASSWORD", password))
			.orElse(command);
	}

	private static void addTls(EtcdTls tls, List<String> line) {
		// A test may have chosen a certificate that no client should accept.
		line.add("--insecure-skip-tls-verify=true");
		line.add("--cacert=" + tls.certificates().ca());
		if (tls.mutual()) {
			PemFiles client = tls.certificates().client(USER);
			line.add("--cert=" + client.certificate());
			line.add("--key=" + client.key());
		}
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

	@Override
	public String toString() {
		return "Etcdctl[endpoints=" + this.endpoints + "]";
	}

}
