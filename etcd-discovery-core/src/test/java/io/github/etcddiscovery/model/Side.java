package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongConsumer;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.WatchStream;
import io.github.etcddiscovery.client.Write;

/**
 * One etcd, modelled or real, whose answers come out as lines that can be compared:
 * revisions count from where it began, leases by the order of their grants.
 */
final class Side {

	private static final long NO_SUCH_LEASE = 0x7777;

	private final EtcdClient client;

	private final LongConsumer compaction;

	private final Runnable settle;

	private final long base;

	private final List<Long> leases = new ArrayList<>();

	private final List<List<String>> watches = new ArrayList<>();

	private final List<WatchStream> streams = new ArrayList<>();

	/**
	 * Begins.
	 * @param client the way to it
	 * @param compaction compacts at a revision
	 * @param settle lets answers arrive
	 * @param base revision of the store at the beginning
	 */
	Side(EtcdClient client, LongConsumer compaction, Runnable settle, long base) {
		this.client = client;
		this.compaction = compaction;
		this.settle = settle;
		this.base = base;
	}

	String grant(Duration ttl) {
		return line(this.client.grant(ttl), (lease) -> {
			this.leases.add(lease.id());
			return "granted " + lease.ttl();
		});
	}

	String renew(int lease) {
		return line(this.client.renew(id(lease), Duration.ofSeconds(3)), (left) -> "renewed " + left);
	}

	/** What is left of a lease's time differs by chance, whether it lives does not. */
	String timeToLive(int lease) {
		return line(this.client.timeToLive(id(lease)), (left) -> left.isNegative() ? "ended" : "lives");
	}

	String revoke(int lease) {
		return line(this.client.revoke(id(lease)), (done) -> "revoked");
	}

	String put(String key, String value, int lease, long expected) {
		return commit(new Write.Put(Bytes.utf8(key), Bytes.utf8(value), id(lease), absolute(expected)));
	}

	String delete(String key, long expected) {
		return commit(new Write.Delete(Bytes.utf8(key), absolute(expected)));
	}

	private String commit(Write write) {
		return line(this.client.commit(write),
				(committed) -> "applied=" + committed.applied() + " @" + relative(committed.revision()));
	}

	String list(KeyRange range) {
		return line(this.client.list(range), this::show);
	}

	String listKeys(KeyRange range) {
		return line(this.client.listKeys(range), this::show);
	}

	String probe(KeyRange range) {
		return line(this.client.probe(range), (revision) -> "@" + relative(revision));
	}

	String compact(long revision) {
		this.compaction.accept(absolute(revision));
		return "compacted";
	}

	void watch(KeyRange range, long from) {
		List<String> told = new CopyOnWriteArrayList<>();
		this.watches.add(told);
		this.streams.add(this.client.watch(range, absolute(from), new Recorder(told)));
		this.settle.run();
	}

	/** Returns what each watch was told, in the order in which they were opened. */
	List<List<String>> told() {
		this.settle.run();
		return this.watches.stream().map(List::copyOf).toList();
	}

	void close() {
		this.streams.forEach(WatchStream::close);
		this.client.close();
	}

	private <T> String line(CompletableFuture<T> future, Function<T, String> show) {
		this.settle.run();
		try {
			return show.apply(future.get(10, TimeUnit.SECONDS));
		}
		catch (ExecutionException ex) {
			return "failed " + EtcdDiscoveryException.of("call", ex).kind();
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("no answer", ex);
		}
	}

	private String show(Listing listing) {
		return "@" + relative(listing.revision()) + listing.entries().stream().map(this::show).toList();
	}

	private String show(Entry entry) {
		return entry.key() + "=" + entry.value().strictUtf8() + " lease " + this.leases.indexOf(entry.lease()) + " @"
				+ relative(entry.modRevision());
	}

	private long id(int lease) {
		return (lease < this.leases.size()) ? this.leases.get(lease) : NO_SUCH_LEASE;
	}

	private long relative(long revision) {
		return revision - this.base;
	}

	private long absolute(long revision) {
		return (revision == 0) ? 0 : revision + this.base;
	}

	private final class Recorder implements WatchListener {

		private final List<String> told;

		Recorder(List<String> told) {
			this.told = told;
		}

		@Override
		public void confirmed(long revision) {
			this.told.add("confirmed @" + relative(revision));
		}

		@Override
		public void changed(List<WatchEvent> events) {
			events.forEach((event) -> this.told.add(event.type() + " " + show(event.entry())));
		}

		@Override
		public void progress(long revision) {
			this.told.add("progress");
		}

		@Override
		public void ended(EtcdDiscoveryException cause) {
			this.told.add("ended " + cause.kind());
		}

	}

}
