package io.github.etcddiscovery.client;

import java.time.Duration;

import io.github.etcddiscovery.KeyRange;

/**
 * All watches of one owner. They share as few streams as etcd allows, because etcd and
 * the proxies before it limit the number of streams of a connection, but not the number
 * of watches of a stream. No watch is ever resumed: at its first fault it ends, and its
 * owner begins again.
 * <ul>
 * <li><b>Threads</b>: listeners are called on the executor of the owner, one call at a
 * time and in order. The methods of this interface can be called from any thread.
 * <li><b>Flow control</b>: a message counts as applied when the listener has returned.
 * What cannot be applied in time waits at etcd, and not in the memory of this process.
 * <li><b>Faults of listeners</b>: a listener that throws, whatever it throws, ends its
 * watch with that as the cause.
 * </ul>
 * Not needed for plain registering and resolving; may change.
 */
public interface Watches extends AutoCloseable {

	/**
	 * Opens a watch.
	 * @param range which keys
	 * @param fromRevision revision of the first change to be told; 0 for the changes from
	 * now on
	 * @param listener is told what changes
	 * @return the watch, to be closed by the caller, also after it has ended
	 */
	Watch watch(KeyRange range, long fromRevision, WatchListener listener);

	/**
	 * Returns for how long changes have been waiting that etcd is known to have made.
	 * @return the age of the oldest revision that etcd is known to have and that was not
	 * handed over yet; zero where nothing waits
	 */
	Duration behindFor();

	/** Ends all watches, without a word to their listeners. Can be called twice. */
	@Override
	void close();

}
