package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.github.etcddiscovery.KeyRange;

/**
 * What goes wrong with watches, beside what befalls all streams or the whole process.
 */
public final class WatchFaults {

	private final Streams streams;

	private final Faults faults;

	WatchFaults(Streams streams, Faults faults) {
		this.streams = streams;
		this.faults = faults;
	}

	/**
	 * Lets no more than so many streams be open at a time, over all clients: one more
	 * waits, and its watches give up when they have not been confirmed in time.
	 */
	public void limitStreams(int streams) {
		this.streams.limit(streams);
	}

	/** The next so many messages with changes get lost, each for one watch. */
	public void loseChanges(int messages) {
		this.faults.changesToLose = messages;
	}

	/**
	 * Whether nothing gets through to the owners of watches, as where one is busy and
	 * what is allowed to be on its way is used up: it waits at etcd and is not lost, and
	 * clients know for how long.
	 */
	public void holdBack(boolean heldBack) {
		this.faults.heldBack = heldBack;
		if (!heldBack) {
			this.streams.owners().forEach((owner) -> owner.handover().next());
		}
	}

	/** Watches that are opened from now on need a new token, and so a new stream. */
	public void expireTokens() {
		this.streams.owners().forEach(ModelWatches::expireToken);
	}

	/** Ends the watches of ranges that begin in this range: they were compacted away. */
	public void compact(KeyRange range) {
		for (SharedStream stream : this.streams.shared()) {
			stream.served().stream().filter((watch) -> range.contains(watch.range().start())).forEach(stream::compact);
		}
	}

	/** Ends one watch that chance decides, because it was compacted away. */
	public void compactAny(Random random) {
		List<SharedStream> open = this.streams.shared();
		if (!open.isEmpty()) {
			SharedStream stream = open.get(random.nextInt(open.size()));
			List<ModelWatch> served = stream.served();
			if (!served.isEmpty()) {
				stream.compact(served.get(random.nextInt(served.size())));
			}
		}
	}

	/** For how long streams that are mute or frozen are listened to; 10 s at first. */
	public void noticeSilenceAfter(Duration patience) {
		this.faults.patience = patience;
	}

	/** Returns how many watches are open, over all streams. */
	public int count() {
		return this.streams.owners().stream().mapToInt((owner) -> owner.open().size()).sum();
	}

}
