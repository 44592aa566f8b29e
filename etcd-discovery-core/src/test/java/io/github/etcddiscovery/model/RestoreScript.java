package io.github.etcddiscovery.model;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdCluster;

/**
 * A backup is restored with a revision that leaps ahead: what stands there, which leases
 * live, and what watches are told.
 */
final class RestoreScript {

	private static final String PREFIX = "restored/";

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8(PREFIX));

	private final SnapshotTool tool;

	private final TwoSides sides;

	RestoreScript(EtcdCluster etcd) {
		this.tool = SnapshotTool.of(etcd);
		this.sides = new TwoSides("restore", etcd, EtcdClientSettings.of(etcd.endpoint()));
	}

	void play() throws IOException {
		try (this.sides) {
			grant();
			put("changed");
			put("deleted");
			put("staying");
			watch(0);
			Backup backup = Backup.of(this.sides.model());
			Path snapshot = this.tool.save();
			long before = present("staying");
			put("changed");
			delete("deleted");
			put("new");
			grant();
			this.sides.awaitTheSameTold();
			backup.restoreBumped();
			this.tool.restore(snapshot, SnapshotTool.TOKEN, "--bump-revision", "1000000", "--mark-compacted");
			this.sides.awaitTheRealOne((side) -> side.probe(RANGE));
			look();
			watch(before);
			watch(0);
			put("changed");
			put("new");
			delete("staying");
			look();
			this.sides.awaitTheSameTold();
		}
	}

	private void look() {
		this.sides.both("probe", (side) -> side.probe(RANGE));
		this.sides.both("list", (side) -> side.list(RANGE, false));
		for (int i = 0; i < 2; i++) {
			int lease = i;
			this.sides.both("keys of lease " + lease, (side) -> side.leaseKeys(lease));
			this.sides.both("renew " + lease, (side) -> side.renew(lease));
		}
	}

	private void grant() {
		this.sides.both("grant", (side) -> side.grant(Duration.ofHours(1)));
	}

	private void put(String name) {
		long expected = present(name);
		this.sides.both("put " + name, (side) -> side.put(PREFIX + name, "v" + expected, 0, expected));
	}

	private void delete(String name) {
		long expected = present(name);
		this.sides.both("delete " + name, (side) -> side.delete(PREFIX + name, expected));
	}

	private void watch(long from) {
		this.sides.watch((side) -> {
			side.watch(RANGE, from);
			return "watch from " + from;
		});
	}

	private long present(String name) {
		Entry entry = this.sides.model().entry(PREFIX + name);
		return (entry != null) ? entry.modRevision() - 1 : 0;
	}

}
