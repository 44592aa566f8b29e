package io.github.etcddiscovery.file;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;

/**
 * Writes the format that {@link SnapshotReader} reads, piece by piece: what is written is
 * never in memory as a whole. Numbers are big-endian, texts are UTF-8 after their length:
 *
 * <pre>
 *   "etcd-discovery snapshot", version (1 byte)
 *   time of the last confirmation (8 bytes, ms since 1970)
 *   text: what the file is of (endpoints, layouts)
 *   number of ranges, and for each
 *     position of its layout, text: its service, or empty; number of instances, and for each
 *       bytes: key; lease (8 bytes), revision (8 bytes)
 *       service; text: host; port, weight; tags
 *   CRC-32 of all before (4 bytes)
 * </pre>
 *
 * A service, and a set of tags, is written where it occurs for the first time, after the
 * number that it gets (they are counted from 0 on); later that number stands for it.
 */
final class SnapshotWriter {

	static final Bytes MAGIC = Bytes.utf8("etcd-discovery snapshot");

	static final int VERSION = 1;

	private static final int BUFFER = 64 * 1024;

	private final CheckedOutputStream checked;

	private final DataOutputStream out;

	private final Map<String, Integer> services = new HashMap<>();

	private final Map<Map<String, String>, Integer> tags = new HashMap<>();

	SnapshotWriter(OutputStream out) {
		this.checked = new CheckedOutputStream(out, new CRC32());
		this.out = new DataOutputStream(new BufferedOutputStream(this.checked, BUFFER));
	}

	/**
	 * Writes all, and closes nothing.
	 * @param of what the file is of
	 * @param millis when all was confirmed, in milliseconds since 1970
	 */
	void write(String of, long millis, Map<SavedRange, List<SavedInstance>> ranges) throws IOException {
		this.out.write(MAGIC.toByteArray());
		this.out.writeByte(VERSION);
		this.out.writeLong(millis);
		text(of);
		this.out.writeInt(ranges.size());
		for (Map.Entry<SavedRange, List<SavedInstance>> range : ranges.entrySet()) {
			String service = range.getKey().service();
			this.out.writeInt(range.getKey().layout());
			text((service != null) ? service : "");
			this.out.writeInt(range.getValue().size());
			for (SavedInstance saved : range.getValue()) {
				instance(saved);
			}
		}
		this.out.flush();
		this.out.writeInt((int) this.checked.getChecksum().getValue());
		this.out.flush();
	}

	private void instance(SavedInstance saved) throws IOException {
		Instance instance = saved.instance();
		bytes(saved.key().toByteArray());
		this.out.writeLong(saved.lease());
		this.out.writeLong(saved.revision());
		service(instance.service());
		text(instance.host());
		this.out.writeInt(instance.port());
		this.out.writeInt(instance.weight());
		tags(instance.tags());
	}

	private void service(String name) throws IOException {
		Integer known = this.services.putIfAbsent(name, this.services.size());
		this.out.writeInt((known != null) ? known : this.services.size() - 1);
		if (known == null) {
			text(name);
		}
	}

	private void tags(Map<String, String> instance) throws IOException {
		Integer known = this.tags.putIfAbsent(instance, this.tags.size());
		this.out.writeInt((known != null) ? known : this.tags.size() - 1);
		if (known == null) {
			this.out.writeInt(instance.size());
			for (Map.Entry<String, String> tag : instance.entrySet()) {
				text(tag.getKey());
				text(tag.getValue());
			}
		}
	}

	private void text(String text) throws IOException {
		bytes(text.getBytes(StandardCharsets.UTF_8));
	}

	private void bytes(byte[] bytes) throws IOException {
		this.out.writeInt(bytes.length);
		this.out.write(bytes);
	}

}
