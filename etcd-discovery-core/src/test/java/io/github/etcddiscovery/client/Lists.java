package io.github.etcddiscovery.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.KeyRange;
import io.grpc.SynchronizationContext;

/** Whole ranges at once, for tests that know that there is not much in them. */
public final class Lists {

	private Lists() {
	}

	/**
	 * Reads a range, page by page as every list.
	 * @param client reads it
	 * @param range the range
	 * @return all of its entries, and the revision
	 */
	public static CompletableFuture<Listing> whole(EtcdClient client, KeyRange range) {
		return whole(client, range, false);
	}

	/**
	 * Reads the keys of a range.
	 * @param client reads them
	 * @param range the range
	 * @return all of its entries without their values, and the revision
	 */
	public static CompletableFuture<Listing> keys(EtcdClient client, KeyRange range) {
		return whole(client, range, true);
	}

	private static CompletableFuture<Listing> whole(EtcdClient client, KeyRange range, boolean keysOnly) {
		List<Entry> entries = new ArrayList<>();
		SynchronizationContext owner = new SynchronizationContext((thread, fault) -> {
			throw new AssertionError("a list must not throw", fault);
		});
		return client.list(range, keysOnly, owner, (page) -> {
			if (page.first()) {
				entries.clear();
			}
			entries.addAll(page.entries());
		}).thenApply((revision) -> new Listing(revision, entries));
	}

}
