package io.github.etcddiscovery.model;

import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.test.EtcdCluster;

/**
 * Watches of one stream, some of which are refused or have come too late. They are asked
 * for together, so that what befalls one stands between the answers to the others.
 */
final class StreamScript {

	private static final String ONE = "ours/one/";

	private static final String OTHER = "ours/other/";

	private static final String FORBIDDEN = "forbidden/";

	private final TwoSides sides;

	private int watches;

	StreamScript(EtcdCluster etcd) {
		this.sides = new TwoSides("streams", etcd,
				EtcdClientSettings.of(etcd.endpoint())
					.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(10))
					.withCredentials(ForbiddenKeysScript::credentials));
		this.sides.model().forbidReads(KeyRange.prefix(Bytes.utf8(FORBIDDEN)));
	}

	void play() {
		try (this.sides) {
			this.sides.both("grant", (side) -> side.grant(Duration.ofHours(1)));
			aRefusedOneEndsAlone();
			aCompactedOneEndsAlone();
			theLastOneEndsTheStream();
		}
	}

	private void aRefusedOneEndsAlone() {
		watch(ONE, 0);
		watch(FORBIDDEN, 0);
		watch(OTHER, 0);
		watch(FORBIDDEN + "too/", 0);
		watch(ONE, 0);
		this.sides.awaitTheSameTold();
		putAll();
	}

	private void aCompactedOneEndsAlone() {
		putAll();
		long late = present(ONE);
		putAll();
		long compacted = present(OTHER);
		this.sides.both("compact " + compacted, (side) -> side.compact(compacted));
		watch(OTHER, compacted);
		watch(ONE, late);
		watch(ONE, compacted - 1);
		watch(ONE, 0);
		this.sides.awaitTheSameTold();
		putAll();
	}

	/** The next one has a stream of its own again. */
	private void theLastOneEndsTheStream() {
		shareNoMore();
		watch(ONE, 1);
		this.sides.awaitTheSameTold();
		watch(ONE, 0);
		this.sides.awaitTheSameTold();
		close(this.watches - 1);
		putAll();
	}

	private void watch(String prefix, long from) {
		this.watches++;
		this.sides.both("watch", (side) -> {
			side.watch(KeyRange.prefix(Bytes.utf8(prefix)), from);
			return prefix;
		});
	}

	private void close(int watch) {
		this.sides.both("close", (side) -> {
			side.closeWatch(watch);
			return "closed";
		});
	}

	private void shareNoMore() {
		this.sides.both("share no more", (side) -> {
			side.shareNoMore();
			return "shared no more";
		});
	}

	private void putAll() {
		for (String prefix : new String[] { ONE, OTHER }) {
			long expected = present(prefix);
			this.sides.both("put", (side) -> side.put(prefix + "key", "x", 0, expected));
		}
		this.sides.awaitTheSameTold();
	}

	private long present(String prefix) {
		Entry entry = this.sides.model().entry(prefix + "key");
		return (entry != null) ? entry.modRevision() - 1 : 0;
	}

}
