package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.loop.EventLoop;

/**
 * One etcd, modelled or real, whose answers come out as lines that can be compared:
 * revisions count from where it began, leases by the order of their grants.
 */
final class Side {

	private static final long NO_SUCH_LEASE = 0x7777;

	private final EtcdClient client;

	private final Operator operator;

	private final EventLoop owner;

	private final Runnable settle;

	private final long base;

	/** The last of them takes new watches. */
	private final List<Watches> shared = new ArrayList<>();

	private final List<Long> leases = new ArrayList<>();

	private final List<WatchRecord> records = new ArrayList<>();

	private final List<Watch> watches = new ArrayList<>();

	/**
	 * Begins.
	 * @param client the way to it
	 * @param operator acts beside the client
	 * @param owner where pages and watches are told; closed in the end
	 * @param settle lets answers arrive
	 * @param base revision of the store at the beginning
	 */
	Side(EtcdClient client, Operator operator, EventLoop owner, Runnable settle, long base) {
		this.client = client;
		this.operator = operator;
		this.owner = owner;
		this.settle = settle;
		this.base = base;
		shareNoMore();
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

	String leaseKeys(int lease) {
		return line(this.client.leaseKeys(id(lease)), this::show);
	}

	/** What is left of a lease's time differs by chance, whether it lives does not. */
	private String show(LeaseKeys lease) {
		return lease.exists() + " " + lease.grantedTtl() + (lease.left().isNegative() ? " ended " : " lives ")
				+ lease.keys().stream().sorted().toList();
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

	/** Nobody waits for the answer. */
	void send(String key, boolean put, int lease, long expected) {
		var unused = this.client
			.commit(put ? new Write.Put(Bytes.utf8(key), Bytes.utf8("late"), id(lease), absolute(expected))
					: new Write.Delete(Bytes.utf8(key), absolute(expected)));
		this.settle.run();
	}

	private String commit(Write write) {
		return line(this.client.commit(write),
				(committed) -> "applied=" + committed.applied() + " @" + relative(committed.revision()) + " found "
						+ ((committed.found() != null) ? show(committed.found()) : "nothing"));
	}

	String read(List<String> keys) {
		return line(this.client.read(keys.stream().map(Bytes::utf8).toList()), this::show);
	}

	/** How many pages there are is not compared: that is the adapter's choice. */
	String list(KeyRange range, boolean keysOnly) {
		List<Page> pages = new ArrayList<>();
		return line(this.client.list(range, keysOnly, this.owner, pages::add), (revision) -> {
			List<Entry> entries = pages.stream().flatMap((page) -> page.entries().stream()).toList();
			boolean whole = pages.stream().allMatch((page) -> page.revision() == revision) && pages.get(0).first()
					&& pages.stream().filter(Page::first).count() == 1;
			return (whole ? "" : "torn apart ") + show(new Listing(revision, entries));
		});
	}

	String probe(KeyRange range) {
		return line(this.client.probe(range), (revision) -> "@" + relative(revision));
	}

	String compact(long revision) {
		this.operator.compact(absolute(revision));
		return "compacted";
	}

	String edit(String key, String value) {
		this.operator.edit(key, value);
		return "edited";
	}

	String attach(String key, int lease) {
		this.operator.put(key, "attached", id(lease));
		return "attached";
	}

	String deletePrefix(String prefix) {
		this.operator.deletePrefix(prefix);
		return "deleted";
	}

	/** The next watches share a stream, but with none of those before. */
	void shareNoMore() {
		this.shared.add(this.client.watches(this.owner));
	}

	void watch(KeyRange range, long from) {
		WatchRecord record = new WatchRecord(this::relative, this::show);
		this.records.add(record);
		this.watches.add(this.shared.get(this.shared.size() - 1).watch(range, absolute(from), record));
		this.settle.run();
	}

	void closeWatch(int number) {
		this.owner.execute(this.watches.get(number)::close);
		this.settle.run();
	}

	/** Returns what each watch was told, in the order in which they were opened. */
	List<List<String>> told() {
		this.settle.run();
		return this.records.stream().map(WatchRecord::lines).toList();
	}

	void close() {
		this.shared.forEach(Watches::close);
		this.client.close();
		this.owner.close();
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
		return entry.key() + "=" + (entry.oversized() ? "oversized" : entry.value().strictUtf8()) + " lease "
				+ this.leases.indexOf(entry.lease()) + " @" + relative(entry.modRevision());
	}

	long id(int lease) {
		return (lease < this.leases.size()) ? this.leases.get(lease) : NO_SUCH_LEASE;
	}

	private long relative(long revision) {
		return revision - this.base;
	}

	private long absolute(long revision) {
		return (revision == 0) ? 0 : revision + this.base;
	}

}
