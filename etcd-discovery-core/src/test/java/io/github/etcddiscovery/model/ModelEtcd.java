package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;

/**
 * A model of one etcd member on hand-driven time. A request reaches the member at once;
 * its answer, and everything that a watch brings, is a task of the scheduler: a test
 * decides what comes when. Methods named like etcd's own operations are those of an
 * operator or another process: no fault stands in their way and no call is counted.
 */
public final class ModelEtcd extends FaultyCalls {

	private static final Duration EXPIRY_CHECK = Duration.ofMillis(500);

	private final Faults faults;

	private final Network network;

	private final Streams streams;

	private final Member member;

	private final WatchFaults watchFaults;

	private final List<CompletionStage<?>> lingering = new ArrayList<>();

	/** Starts a member of the newest version with an empty store. */
	public ModelEtcd(ManualScheduler scheduler) {
		this(scheduler, EtcdVersion.V3_7);
	}

	/** Starts a member with an empty store. */
	public ModelEtcd(ManualScheduler scheduler, EtcdVersion version) {
		this(scheduler.loop(), version, new Faults());
	}

	private ModelEtcd(EventLoop loop, EtcdVersion version, Faults faults) {
		this(loop, version, faults, new Streams(faults));
	}

	private ModelEtcd(EventLoop loop, EtcdVersion version, Faults faults, Streams streams) {
		super(new Member(version, loop::now, faults, streams), new Network(loop, faults), faults);
		this.faults = faults;
		this.streams = streams;
		this.member = member();
		this.network = network();
		this.watchFaults = new WatchFaults(streams, faults);
		checkExpiry();
	}

	private void checkExpiry() {
		this.network.loop().schedule(EXPIRY_CHECK, () -> {
			if (this.network.serving()) {
				this.member.expire();
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

	// Faults

	/** The process dies: streams break, calls have no answer until their deadline. */
	public void down() {
		this.network.down();
		this.streams.end(new ModelFailure(Kind.UNAVAILABLE, "connection reset"));
	}

	/** The process starts again: every lease has its full time to live. */
	public void up() {
		this.network.up();
		this.member.leases().startAnew(this.network.now());
	}

	/** Returns whether the process is dead. */
	public boolean isDown() {
		return this.network.isDown();
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
		this.faults.effects.add(Effect.STORE_WIPED);
	}

	/** The process stands still (SIGSTOP): connections stay open and silent. */
	public void freeze() {
		this.network.freeze();
		this.streams.fallSilent(this.network.loop(), this.faults.patience);
	}

	/** The process goes on: what was on its way arrives. */
	public void thaw() {
		this.network.thaw();
		this.streams.speakAgain();
	}

	/** Ends every stream with an error. */
	public void cutStreams(Kind kind) {
		this.streams.end(new ModelFailure(kind, "cut by the model"));
	}

	/**
	 * Streams stay open, but nothing comes any more, of old and new ones, and is lost.
	 * Clients end streams that are silent for too long.
	 */
	public void muteStreams(boolean muted) {
		this.faults.muted = muted;
		this.streams.speakAgain();
		if (muted) {
			this.streams.fallSilent(this.network.loop(), this.faults.patience);
		}
	}

	/** Whether new streams are confirmed. */
	public void confirmStreams(boolean confirming) {
		this.faults.confirming = confirming;
	}

	/** Watches are served by a member that is this many revisions behind, by its word. */
	public void lag(long revisions) {
		this.faults.lag = revisions;
	}

	/** Returns the writes that were taken and not applied yet. */
	public LateWrites lateWrites() {
		return this.network.late();
	}

	/** Returns what can go wrong with watches. */
	public WatchFaults watchFaults() {
		return this.watchFaults;
	}

	/** Ends every fault; what was taken and not applied yet is applied. */
	public void heal() {
		healAllButLateWrites();
		this.network.late().applyAll();
	}

	/** Ends every fault, but writes that were taken are still not applied. */
	public void healAllButLateWrites() {
		this.faults.forget();
		this.faults.full = false;
		this.faults.confirming = true;
		this.faults.lag = 0;
		this.faults.changesToLose = 0;
		this.faults.pageSize = Faults.PAGE;
		staleLeader(false);
		muteStreams(false);
		thaw();
		if (!this.network.serving()) {
			up();
		}
		this.network.late().holdNoMore();
		this.watchFaults.limitStreams(Integer.MAX_VALUE);
		this.watchFaults.holdBack(false);
	}

	// Counts

	/** Returns how many calls of a kind were made, whatever came of them. */
	public int calls(Call call) {
		return this.network.calls().getOrDefault(call, 0);
	}

	/** Returns how many calls of a kind have failed, for whatever reason. */
	public int failures(Call call) {
		return this.network.failures().getOrDefault(call, 0);
	}

	/** Returns how often the store was wiped or restored. */
	public int storesLost() {
		return this.member.storesLost();
	}

	/** Returns what has come of faults so far. */
	public Set<Effect> effects() {
		return Set.copyOf(this.faults.effects);
	}

	/** Returns how many writes of a key had no good answer. */
	public int failedWrites(Bytes key) {
		return this.network.failedWrites(key);
	}

	/** Returns how many leases clients were granted. */
	public int leasesGranted() {
		return this.member.granted();
	}

	/** Begins to count anew. */
	public void resetCalls() {
		this.network.calls().clear();
	}

	/** Returns how many streams are open. */
	public int streams() {
		return this.streams.count();
	}

	/** Returns how many watches are open, however many of them share a stream. */
	public int watches() {
		return this.streams.watches();
	}

	/** Returns what clients were asked to stay open for. */
	public Collection<CompletionStage<?>> lingering() {
		return List.copyOf(this.lingering);
	}

	Streams streamList() {
		return this.streams;
	}

	void lingering(CompletionStage<?> work) {
		this.lingering.add(work);
	}

}
