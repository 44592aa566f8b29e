package io.github.etcddiscovery.spring.connection;

import java.io.IOException;
import java.nio.file.Files;

import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;

import org.springframework.util.ResourceUtils;

/** A password in a file of its own, read each time it is asked for. */
record PasswordFile(String file) {

	private static final String PROPERTY = "etcd.discovery.password-file";

	/**
	 * Reads the password.
	 * @return the first line, the rest is left out
	 * @throws InvalidEtcdPropertyException if the file cannot be read or is empty
	 */
	String read() {
		String content;
		try {
			content = Files.readString(ResourceUtils.getFile(this.file).toPath());
		}
		catch (IOException | RuntimeException ex) {
			throw new InvalidEtcdPropertyException(PROPERTY, this.file,
					"cannot be read (" + ex.getClass().getSimpleName() + ")", ex);
		}
		return content.lines()
			.findFirst()
			.filter((line) -> !line.isEmpty())
			.orElseThrow(() -> new InvalidEtcdPropertyException(PROPERTY, this.file,
					"holds no password (expected: the password in the first line)"));
	}

}
