package io.github.etcddiscovery.file;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;

/**
 * Reads what {@link SnapshotWriter} has written, and nothing else: a file that was cut
 * off, or of which a bit is another, is refused as a whole.
 */
final class SnapshotReader {

	private static final int CHECKSUM = Integer.BYTES;

	private final byte[] content;

	private final ByteBuffer in;

	private final List<String> services = new ArrayList<>();

	private final List<Map<String, String>> tags = new ArrayList<>();

	private SnapshotReader(byte[] content) {
		this.content = content;
		this.in = ByteBuffer.wrap(content);
	}

	/**
	 * Reads a whole file.
	 * @param content the file
	 * @param of what it has to be of
	 * @return when it was confirmed, and what is in it
	 * @throws UnusableFileException if it is not to be believed
	 */
	static Content read(byte[] content, String of) throws UnusableFileException {
		try {
			return new SnapshotReader(content).read(of);
		}
		// Of a file whose checksum is right: somebody has written it who is not we.
		catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException ex) {
			throw new UnusableFileException("it is corrupt");
		}
	}

	private Content read(String of) throws UnusableFileException {
		checkVersion();
		checkSum();
		long millis = this.in.getLong();
		String writtenOf = text();
		if (!writtenOf.equals(of)) {
			throw new UnusableFileException("it was written with " + Bytes.utf8(writtenOf).escaped() + ", and not with "
					+ Bytes.utf8(of).escaped());
		}
		int count = count();
		Map<SavedRange, List<SavedInstance>> ranges = new HashMap<>();
		for (int i = 0; i < count; i++) {
			int layout = this.in.getInt();
			String service = text();
			ranges.put(new SavedRange(layout, service.isEmpty() ? null : service), instances());
		}
		if (this.in.hasRemaining()) {
			throw new IllegalArgumentException();
		}
		return new Content(millis, ranges);
	}

	private void checkVersion() throws UnusableFileException {
		byte[] magic = new byte[SnapshotWriter.MAGIC.size()];
		if (this.in.remaining() <= magic.length) {
			throw new UnusableFileException("it is cut off");
		}
		this.in.get(magic);
		if (!SnapshotWriter.MAGIC.equals(Bytes.ofOwned(magic))) {
			throw new UnusableFileException("it is no snapshot file");
		}
		int version = this.in.get();
		if (version != SnapshotWriter.VERSION) {
			throw new UnusableFileException(
					"it is of format version " + version + ", and not of " + SnapshotWriter.VERSION);
		}
	}

	private void checkSum() throws UnusableFileException {
		int end = this.content.length - CHECKSUM;
		CRC32 sum = new CRC32();
		sum.update(this.content, 0, Math.max(end, 0));
		if (end < this.in.position() || this.in.getInt(end) != (int) sum.getValue()) {
			throw new UnusableFileException("it is corrupt or cut off: its checksum is wrong");
		}
		this.in.limit(end);
	}

	private List<SavedInstance> instances() {
		int count = count();
		List<SavedInstance> instances = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			instances.add(instance());
		}
		return instances;
	}

	private SavedInstance instance() {
		byte[] key = new byte[count()];
		this.in.get(key);
		long lease = this.in.getLong();
		long revision = this.in.getLong();
		String service = service();
		String host = text();
		return new SavedInstance(Bytes.ofOwned(key),
				new Instance(service, host, this.in.getInt(), this.in.getInt(), tags()), lease, revision);
	}

	private String service() {
		int number = this.in.getInt();
		if (number == this.services.size()) {
			this.services.add(text());
		}
		return this.services.get(number);
	}

	private Map<String, String> tags() {
		int number = this.in.getInt();
		if (number == this.tags.size()) {
			int count = count();
			Map<String, String> tags = new HashMap<>();
			for (int i = 0; i < count; i++) {
				tags.put(text(), text());
			}
			this.tags.add(Map.copyOf(tags));
		}
		return this.tags.get(number);
	}

	private String text() {
		int length = count();
		String text = new String(this.content, this.in.position(), length, StandardCharsets.UTF_8);
		this.in.position(this.in.position() + length);
		return text;
	}

	/**
	 * Each of what is counted takes a byte at least, so that nobody asks for too much.
	 */
	private int count() {
		int count = this.in.getInt();
		if (count < 0 || count > this.in.remaining()) {
			throw new IllegalArgumentException();
		}
		return count;
	}

	/**
	 * What is in a file.
	 *
	 * @param millis when all was confirmed, in milliseconds since 1970
	 * @param ranges the instances of each range
	 */
	record Content(long millis, Map<SavedRange, List<SavedInstance>> ranges) {

	}

}
