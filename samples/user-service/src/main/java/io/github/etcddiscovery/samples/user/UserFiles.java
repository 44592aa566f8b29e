package io.github.etcddiscovery.samples.user;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/**
 * Users as files in a folder that the instances share: one file per user, written once,
 * never changed. A hard link publishes it, which either makes the complete file visible
 * or fails because another instance was first; no reader sees half a file, and no lock is
 * needed between processes.
 */
@Repository
class UserFiles {

	private final Path folder;

	private final JsonMapper json;

	UserFiles(UserProperties properties, JsonMapper json) throws IOException {
		this.folder = Files.createDirectories(properties.folder().toAbsolutePath());
		this.json = json;
	}

	Optional<User> find(String name) {
		try {
			return Optional.of(this.json.readValue(Files.readAllBytes(file(name)), User.class));
		}
		catch (NoSuchFileException ex) {
			return Optional.empty();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read the file of a user: " + file(name), ex);
		}
	}

	/**
	 * Stores a user unless the name is taken.
	 * @param user the new user
	 * @return the user who has the name now: the given one or the one who was first
	 */
	User createIfAbsent(User user) {
		try {
			Path draft = Files.createTempFile(this.folder, ".draft-", null);
			try {
				write(draft, this.json.writeValueAsBytes(user));
				Files.createLink(file(user.name()), draft);
				return user;
			}
			catch (FileAlreadyExistsException ex) {
				return find(user.name()).orElseThrow();
			}
			finally {
				Files.delete(draft);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot store a user in " + this.folder, ex);
		}
	}

	private static void write(Path file, byte[] content) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			ByteBuffer rest = ByteBuffer.wrap(content);
			while (rest.hasRemaining()) {
				channel.write(rest);
			}
			// What we answer "success" for has to survive a crash of the machine.
			channel.force(true);
		}
	}

	/** A hash, because a name may hold anything: slashes, dots, 100 letters, "con". */
	private Path file(String name) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
			return this.folder.resolve(HexFormat.of().formatHex(hash) + ".json");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
