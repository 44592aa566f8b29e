package io.github.etcddiscovery.model;

import java.util.Collection;
import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.WatchEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What must hold after every schedule, once etcd has been well for long enough.
 */
public final class Invariants {

	private Invariants() {
	}

	/**
	 * No ghost: nothing that a client has put stands where nobody wants it.
	 * @param etcd where
	 * @param ours the range in which clients put keys
	 * @param wanted the keys that are wanted
	 */
	public static void noGhosts(ModelEtcd etcd, KeyRange ours, Collection<String> wanted) {
		List<Change> changes = etcd.changes();
		assertThat(etcd.entries()).as("ghosts beside %s", wanted)
			.filteredOn((entry) -> ours.contains(entry.key()) && !wanted.contains(entry.key().strictUtf8()))
			.noneMatch((entry) -> changes.stream()
				.anyMatch((change) -> change.byClient() && change.event().entry().equals(entry)));
	}

	/**
	 * No loss: a key that is wanted stands under our lease, with the value that was
	 * wanted last.
	 * @param etcd where
	 * @param key the key
	 * @param lease id of our lease
	 * @param content what its value contains
	 */
	public static void stands(ModelEtcd etcd, String key, long lease, String content) {
		Entry entry = etcd.entry(key);
		assertThat(entry).as("%s, which is wanted", key).isNotNull();
		assertThat(entry.lease()).as("the lease of %s", key).isEqualTo(lease);
		assertThat(entry.value().strictUtf8()).as("the value of %s", key).contains(content);
	}

	/**
	 * No write amplification: a client has put a key as often as there was reason to: it
	 * was wished for, changed by somebody else, lost with the store, moved to another
	 * lease, or a write had no good answer.
	 * @param etcd where
	 * @param key the key
	 * @param wishes how often a value was wished for
	 */
	public static void everyPutHadAReason(ModelEtcd etcd, String key, int wishes) {
		Bytes bytes = Bytes.utf8(key);
		List<Change> ofKey = etcd.changes()
			.stream()
			.filter((change) -> change.event().entry().key().equals(bytes))
			.toList();
		long puts = ofKey.stream()
			.filter((change) -> change.byClient() && change.event().type() == WatchEvent.Type.PUT)
			.count();
		long losses = ofKey.stream().filter((change) -> !change.byClient()).count();
		assertThat(puts).as("puts of %s", key)
			.isLessThanOrEqualTo(wishes + losses + etcd.storesLost() + etcd.leasesGranted() + etcd.failedWrites(bytes));
	}

}
