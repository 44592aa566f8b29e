package io.github.etcddiscovery.file;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

import io.github.etcddiscovery.Durations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.util.Objects.requireNonNull;

/**
 * The file of the last known instances. What goes wrong with it is one line in the log
 * and nothing else. Reads and writes where it is called, so not on the thread of a loop.
 * Not part of the API that users write against; may change.
 */
public final class SnapshotFile {

	private static final Logger logger = LoggerFactory.getLogger(SnapshotFile.class);

	/** Beside the file: what becomes the file when it is complete. */
	private static final String SUFFIX = ".tmp";

	/** What is left of a process that was killed while it wrote is older than this. */
	private static final Duration LEFT_BEHIND = Duration.ofHours(1);

	/** A clock that was put right meanwhile is no file from the future. */
	private static final Duration TOLERANCE = Duration.ofSeconds(10);

	/** The largest registry takes a small part of this. */
	private static final long LARGEST = 1L << 30;

	private final Path file;

	private final InstantSource clock;

	private final AtomicBoolean failing = new AtomicBoolean();

	/**
	 * Names a file; nothing is read or written yet.
	 * @param file the file, which need not be there
	 * @param clock the time of day
	 */
	SnapshotFile(Path file, InstantSource clock) {
		this.file = file.toAbsolutePath().normalize();
		this.clock = clock;
	}

	/**
	 * Names a file; nothing is read or written yet.
	 * @param file the file, which need not be there
	 * @return the file, on the clock of the machine
	 */
	public static SnapshotFile of(Path file) {
		return new SnapshotFile(file, InstantSource.system());
	}

	/**
	 * Reads the file. Never throws.
	 * @param of what it has to be of: one that was written with another text is ignored
	 * @return what is in it, or null where there is none, or none that can be believed
	 */
	public @Nullable Saved load(String of) {
		try {
			deleteLeftBehind();
			return read(of);
		}
		catch (NoSuchFileException ex) {
			logger.debug("There is no snapshot file {} yet", this.file);
		}
		catch (UnusableFileException ex) {
			logger.warn("The snapshot file {} is ignored: {}", this.file, ex.getMessage());
		}
		// Everything: what is known of yesterday must not stop today's start.
		catch (Throwable ex) {
			logger.warn("The snapshot file {} is ignored, because it cannot be read: {}", this.file, ex.toString());
		}
		return null;
	}

	private Saved read(String of) throws IOException, UnusableFileException {
		BasicFileAttributes attributes = Files.readAttributes(this.file, BasicFileAttributes.class,
				LinkOption.NOFOLLOW_LINKS);
		if (attributes.isSymbolicLink()) {
			throw new UnusableFileException("it is a symbolic link, which is not followed");
		}
		if (!attributes.isRegularFile()) {
			throw new UnusableFileException("it is no file");
		}
		if (attributes.size() > LARGEST) {
			throw new UnusableFileException("it is too large");
		}
		UserPrincipal owner = Files.getOwner(this.file, LinkOption.NOFOLLOW_LINKS);
		if (!owner.equals(thisUser(folder(), Path.of(requireNonNull(System.getProperty("java.io.tmpdir")))))) {
			throw new UnusableFileException("it belongs to " + owner.getName() + ", and not to this process's user");
		}
		SnapshotReader.Content content = SnapshotReader.read(bytes(), of);
		Duration age = Duration.between(Instant.ofEpochMilli(content.millis()), this.clock.instant());
		if (age.plus(TOLERANCE).isNegative()) {
			throw new UnusableFileException("it is from the future, by " + age.negated().toSeconds() + " s");
		}
		return new Saved(age.isNegative() ? Duration.ZERO : Durations.atMostLongest(age), content.ranges());
	}

	private byte[] bytes() throws IOException {
		try (InputStream in = Files.newInputStream(this.file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
			return in.readAllBytes();
		}
	}

	/**
	 * Asks by making a file: in a container the process's user may have no name, and a
	 * share may give files to another. Where no folder takes one, because all are full or
	 * can only be read, Linux says whose the process is. It comes last: of a process that
	 * nobody may look into it says root.
	 */
	UserPrincipal thisUser(Path... folders) throws IOException, UnusableFileException {
		for (Path folder : folders) {
			try {
				return ownerOfWhatWeMake(folder);
			}
			catch (IOException ex) {
				// The next one, perhaps.
			}
		}
		try {
			return Files.getOwner(Path.of("/proc/self"));
		}
		catch (NoSuchFileException ex) {
			// Not believed: whoever else has written it may have sent calls anywhere.
			throw new UnusableFileException(
					"whether it belongs to this process's user is not known where no temporary file can be made");
		}
	}

	private UserPrincipal ownerOfWhatWeMake(Path folder) throws IOException {
		Path probe = Files.createTempFile(folder, name() + ".", SUFFIX);
		try {
			return Files.getOwner(probe);
		}
		finally {
			Files.deleteIfExists(probe);
		}
	}

	/**
	 * Writes the file anew: to one of this process's own beside it, which is then moved.
	 * So there is the old one or the new one at any moment, whatever ends the process.
	 * Never throws.
	 * @param of what it is of
	 * @param saved what to write
	 * @return whether it was written
	 */
	public boolean write(String of, Saved saved) {
		Path own = null;
		try {
			own = makeOwnFile();
			try (FileChannel channel = FileChannel.open(own, StandardOpenOption.WRITE)) {
				long confirmed = this.clock.instant().minus(saved.age()).toEpochMilli();
				new SnapshotWriter(Channels.newOutputStream(channel)).write(of, confirmed, saved.ranges());
				channel.force(true);
			}
			Files.move(own, this.file, StandardCopyOption.ATOMIC_MOVE);
			if (this.failing.getAndSet(false)) {
				logger.info("The snapshot file {} is written again", this.file);
			}
			return true;
		}
		catch (Throwable ex) {
			failed(ex);
			deleteQuietly(own);
			return false;
		}
	}

	/** Nobody but the owner may read or write it, which is what the JDK makes. */
	private Path makeOwnFile() throws IOException {
		if (!Files.isDirectory(folder())) {
			throw new FileNotFoundException("there is no folder " + folder());
		}
		return Files.createTempFile(folder(), name() + ".", SUFFIX);
	}

	private Path folder() {
		return requireNonNull(this.file.getParent());
	}

	private String name() {
		return requireNonNull(this.file.getFileName()).toString();
	}

	private void failed(Throwable cause) {
		if (this.failing.getAndSet(true)) {
			logger.debug("The snapshot file {} cannot be written: {}", this.file, cause.toString());
		}
		else {
			logger
				.warn("The snapshot file {} cannot be written, nothing else depends on it; trying again until it can: "
						+ "{}", this.file, cause.toString());
		}
	}

	private void deleteLeftBehind() {
		Pattern own = Pattern.compile(Pattern.quote(name() + ".") + "\\d+" + Pattern.quote(SUFFIX));
		Instant oldest = this.clock.instant().minus(LEFT_BEHIND);
		try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(),
				(path) -> own.matcher(String.valueOf(path.getFileName())).matches())) {
			for (Path path : files) {
				if (Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(oldest)) {
					deleteQuietly(path);
				}
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			// They take room, and no more.
		}
	}

	private static void deleteQuietly(@Nullable Path path) {
		try {
			if (path != null) {
				Files.deleteIfExists(path);
			}
		}
		catch (IOException ex) {
			// Whoever starts next tries again.
		}
	}

	/** Shows which file it is. */
	@Override
	public String toString() {
		return this.file.toString();
	}

}
