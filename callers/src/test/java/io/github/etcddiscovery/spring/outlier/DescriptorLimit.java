package io.github.etcddiscovery.spring.outlier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Assumptions;

/**
 * Lets this process have no more descriptors than it has. Another process sets the limit
 * and takes it back, because to start one needs descriptors.
 */
final class DescriptorLimit implements AutoCloseable {

	private final Process shell;

	private DescriptorLimit(Process shell) {
		this.shell = shell;
	}

	static DescriptorLimit reached() throws IOException {
		String prlimit = "prlimit --pid " + ProcessHandle.current().pid();
		Process shell = new ProcessBuilder("sh", "-c",
				"old=$(" + prlimit + " --nofile --noheadings --output SOFT) && " + prlimit
						+ " --nofile=10: && echo reached && read end; " + prlimit + " --nofile=$old:")
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		BufferedReader out = new BufferedReader(
				new InputStreamReader(shell.getInputStream(), StandardCharsets.US_ASCII));
		Assumptions.assumeTrue("reached".equals(out.readLine()), "there is no prlimit");
		return new DescriptorLimit(shell);
	}

	@Override
	public void close() throws Exception {
		this.shell.getOutputStream().close();
		this.shell.waitFor();
	}

}
