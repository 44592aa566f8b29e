package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.WatchStream;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;

/**
 * A model of one etcd member on hand-driven time. A request reaches the member at once;
 * its answer, and everything that a watch brings, is a task of the scheduler: a test
 * decides what comes when. Methods named like etcd's own operations are those of an
 * operator or another process: no fault stands in their way and no call is counted.
 */
public final class ModelEtcd {

	private static final Duration EXPIRY_CHECK = Duration.ofMillis(500);

	private final EventLoop loop;

	private final Faults faults = new Faults();

	private final Network network;

	private final Streams streams = new Streams();

	private final Member member = new Member(this.faults, this.streams);

	private final List<CompletionStage<?>> lingering = new ArrayList<>();

	/** Starts a member with an empty store. */
	public ModelEtcd(ManualScheduler scheduler) {
		this.loop = scheduler.loop();
		this.network = new Network(this.loop, this.faults);
		checkExpiry();
	}

	private void checkExpiry() {
		this.loop.schedule(EXPIRY_CHECK, () -> {
			if (this.network.serving()) {
				this.member.expire(this.network.now());
			}
			checkExpiry();
		});
	}

	/** Returns a client with the default request timeout; several can be open. */
	public EtcdClient connect() {
		return connect(Duration.ofSeconds(3));
	}

	/** Returns a client. */
	public EtcdClient connect(Duration requestTimeout) {
		return new ModelClient(this, this.network, this.member, requestTimeout);
	}

	// Operators and other processes

	/** Writes a key. Returns the new revision. */
	public long put(String key, String value) {
		return put(key, value, 0);
	}

	/** Writes a key under a lease. Returns the new revision. */
	public long put(String key, String value, long lease) {
		return this.member.put(Map.of(Bytes.utf8(key), Bytes.utf8(value)), lease);
	}

	/** Writes any bytes. Returns the new revision. */
	public long put(Bytes key, Bytes value) {
		return this.member.put(Map.of(key, value), 0);
	}

	/** Writes several keys at one revision. Returns it. */
	public long putAll(Map<String, String> values) {
		Map<Bytes, Bytes> bytes = new LinkedHashMap<>();
		values.forEach((key, value) -> bytes.put(Bytes.utf8(key), Bytes.utf8(value)));
		return this.member.put(bytes, 0);
	}

	/** Deletes keys at one revision. Returns the revision of the store. */
	public long delete(String... keys) {
		return this.member.delete(List.of(keys).stream().map(Bytes::utf8).toList());
	}

	/** Grants a lease of somebody else's. Returns its id. */
	public long grant(Duration ttl) {
		return this.member.leases().grant(ttl, this.network.now()).id();
	}

	/** Revokes a lease. */
	public void revoke(long lease) {
		this.member.revoke(lease);
	}

	/** Forgets all history before the present revision. */
	public void compact() {
		if (this.member.store().compacted() < revision()) {
			compact(revision());
		}
	}

	/** Forgets all history before a revision. */
	public void compact(long revision) {
		this.member.store().compact(revision);
	}

	/** Returns the revision of the store. */
	public long revision() {
		return this.member.store().revision();
	}

	/** Returns what stands under a key, or null. */
	public Entry entry(String key) {
		return this.member.store().read(KeyRange.single(Bytes.utf8(key))).stream().findFirst().orElse(null);
	}

	/** Returns all there is. */
	public List<Entry> entries() {
		return this.member.store().read(KeyRange.prefix(Bytes.EMPTY));
	}

	/** Returns the ids of the leases that live. */
	public Set<Long> leases() {
		return this.member.leases().ids();
	}

	// Faults

	/** The process dies: streams break, calls have no answer until their deadline. */
	public void down() {
		this.network.down();
		this.streams.end(new EtcdDiscoveryException(Kind.UNAVAILABLE, "connection reset", null));
	}

	/** The process starts again: every lease has its full time to live. */
	public void up() {
		this.network.up();
		this.member.leases().startAnew(this.network.now());
	}

	/** All data is lost, leases too; the process starts again at once. */
	public void wipe() {
		down();
		wipeUnderOpenStreams();
		up();
	}

	/** All data is lost, but a proxy keeps the streams open. */
	public void wipeUnderOpenStreams() {
		this.member.restore(new Store(), new Leases());
	}

	/** The process stands still (SIGSTOP): connections stay open and silent. */
	public void freeze() {
		this.network.freeze();
	}

	/** The process goes on: what was on its way arrives. */
	public void thaw() {
		this.network.thaw();
	}

	/** Ends every stream with an error. */
	public void cutStreams(Kind kind) {
		this.streams.end(new EtcdDiscoveryException(kind, "cut by the model", null));
	}

	/** Streams stay open, but nothing comes any more, of old and new ones. */
	public void muteStreams(boolean muted) {
		this.faults.muted = muted;
	}

	/** Whether new streams are confirmed. */
	public void confirmStreams(boolean confirming) {
		this.faults.confirming = confirming;
	}

	/** Watches are served by a member that is this many revisions behind, by its word. */
	public void lag(long revisions) {
		this.faults.lag = revisions;
	}

	/** New streams tell this many revisions of history that nobody asked for. */
	public void repeatHistory(long revisions) {
		this.faults.repeated = revisions;
	}

	/** Refuses calls of these kinds, or of all kinds, until {@link #allow}. */
	public void refuse(Kind kind, Call... calls) {
		this.faults.refuse(kind, calls);
	}

	/** Ends {@link #refuse}. */
	public void allow(Call... calls) {
		this.faults.allow(calls);
	}

	/** Refuses writes to a range, and the renewal of leases with keys in it. */
	public void forbid(KeyRange range) {
		this.faults.forbid(range);
	}

	/** Refuses lists and watches of ranges that begin in this range. */
	public void forbidReads(KeyRange range) {
		this.faults.forbidReads(range);
	}

	/** Ends {@link #forbid} and {@link #forbidReads}. */
	public void permit(KeyRange range) {
		this.faults.permit(range);
	}

	/** Whether the database is full: grants and puts are refused, all else works. */
	public void full(boolean full) {
		this.faults.full = full;
	}

	/** The next calls of a kind are applied, but their answers are lost. */
	public void withhold(Call call, int answers) {
		this.faults.withhold(call, answers);
	}

	/** Answers to calls of a kind come late; for a watch: everything that it brings. */
	public void delay(Call call, Duration delay) {
		this.faults.delay(call, delay);
	}

	// Counts

	/** Returns how many calls of a kind were made, whatever came of them. */
	public int calls(Call call) {
		return this.network.calls().getOrDefault(call, 0);
	}

	/** Begins to count anew. */
	public void resetCalls() {
		this.network.calls().clear();
	}

	/** Returns how many streams are open. */
	public int streams() {
		return this.streams.count();
	}

	/** Returns what clients were asked to stay open for. */
	public Collection<CompletionStage<?>> lingering() {
		return List.copyOf(this.lingering);
	}

	Member member() {
		return this.member;
	}

	Network network() {
		return this.network;
	}

	Faults faults() {
		return this.faults;
	}

	Streams streamList() {
		return this.streams;
	}

	void lingering(CompletionStage<?> work) {
		this.lingering.add(work);
	}

	WatchStream open(ModelStream stream) {
		this.streams.add(stream);
		this.network.reach(Call.WATCH, () -> {
			try {
				this.faults.check(Call.WATCH);
				this.faults.checkRead(stream.range());
				stream.attach(this.member.store());
			}
			catch (EtcdDiscoveryException ex) {
				stream.end(ex);
			}
		});
		return stream;
	}

}
