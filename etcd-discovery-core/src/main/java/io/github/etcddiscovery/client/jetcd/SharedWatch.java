package io.github.etcddiscovery.client.jetcd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;

/**
 * One watch. Its fields are touched in the context of {@link SharedWatches} only, but for
 * {@code told}; what it tells is told on the executor of its owner.
 */
final class SharedWatch implements Watch {

	/** What etcd gives to no watch. */
	static final long NO_ID = -1;

	private static final Logger logger = LoggerFactory.getLogger(SharedWatch.class);

	private final SharedWatches watches;

	private final KeyRange range;

	private final long fromRevision;

	private final WatchListener listener;

	/** Events of a revision of which more are to come. */
	private List<WatchEvent> incomplete = List.of();

	/** Whether the listener is to be told no more: closed, or the end was told. */
	private volatile boolean told;

	/** Whether it has ended, though the listener may not have been told yet. */
	private boolean over;

	/** On which stream it is; null before and after. */
	@Nullable SharedStream stream;

	/** The name that etcd has given it on its stream. */
	long id = NO_ID;

	/** How many messages its stream had brought when it was asked for. */
	long askedAfter;

	/** Whether etcd has refused it once, which can have been the token's fault. */
	boolean refusedOnce;

	/** When it must have been confirmed. */
	@Nullable Future<?> confirmation;

	SharedWatch(SharedWatches watches, KeyRange range, long fromRevision, WatchListener listener) {
		this.watches = watches;
		this.range = range;
		this.fromRevision = fromRevision;
		this.listener = listener;
	}

	KeyRange range() {
		return this.range;
	}

	long fromRevision() {
		return this.fromRevision;
	}

	/**
	 * Tells whether nothing is to be done for it any more.
	 * @return whether it has ended or was closed
	 */
	boolean isOver() {
		return this.over || isSilenced();
	}

	private boolean isSilenced() {
		return this.told || this.watches.isClosed();
	}

	/**
	 * Adds what a message has brought, and takes what is complete: etcd splits what is
	 * large, in the middle of a revision too.
	 * @param events what has come
	 * @param more whether the next message goes on where this one ends
	 * @return the events of all revisions that are complete, which can be none
	 */
	List<WatchEvent> complete(List<WatchEvent> events, boolean more) {
		if (this.incomplete.isEmpty() && !more) {
			return events;
		}
		List<WatchEvent> all = new ArrayList<>(this.incomplete);
		all.addAll(events);
		int end = all.size();
		if (more && end > 0) {
			long last = all.get(end - 1).entry().modRevision();
			while (end > 0 && all.get(end - 1).entry().modRevision() == last) {
				end--;
			}
		}
		this.incomplete = new ArrayList<>(all.subList(end, all.size()));
		return List.copyOf(all.subList(0, end));
	}

	/**
	 * Tells what has come of a revision that is not complete.
	 * @return the events
	 */
	List<WatchEvent> incomplete() {
		return this.incomplete;
	}

	/**
	 * Tells why etcd has cancelled this watch.
	 * @param response what etcd has sent
	 * @return the status that the same refusal of a call would have
	 */
	Status whyCancelled(WatchResponse response) {
		if (response.getCompactRevision() == 0) {
			return Failure.cancelled(response.getCancelReason());
		}
		return Status.OUT_OF_RANGE.withDescription("revision " + this.fromRevision
				+ " has been compacted, the oldest is " + response.getCompactRevision());
	}

	void confirmed(long revision) {
		cancelConfirmation();
		tell(() -> this.listener.confirmed(revision), () -> {
		});
	}

	void changed(List<WatchEvent> events, Runnable applied) {
		tell(() -> this.listener.changed(events), applied);
	}

	void ended(EtcdDiscoveryException cause) {
		this.over = true;
		cancelConfirmation();
		tell(() -> tellEnd(cause), () -> {
		});
	}

	void cancelConfirmation() {
		if (this.confirmation != null) {
			this.confirmation.cancel(false);
		}
	}

	private void tell(Runnable news, Runnable then) {
		try {
			this.watches.owner().execute(() -> {
				tellUnlessOver(news);
				then.run();
			});
		}
		catch (RuntimeException ex) {
			logger.debug("The owner of the {} takes no more news", this, ex);
			then.run();
			close();
		}
		catch (Error ex) { // no memory: its stream ends, and has nothing left to apply
			then.run();
			throw ex;
		}
	}

	/** Whatever a listener throws ends the watch: it has missed what it did not take. */
	private void tellUnlessOver(Runnable news) {
		if (isSilenced()) {
			return;
		}
		try {
			news.run();
		}
		catch (Throwable ex) { // a checked one too: not all code is Java
			if (!this.told) {
				tellEnd(EtcdDiscoveryException.of(this + ": what it told was not taken", ex));
				close();
			}
		}
	}

	private void tellEnd(EtcdDiscoveryException cause) {
		this.told = true;
		try {
			this.listener.ended(cause);
		}
		catch (Throwable ex) {
			logger.error("The listener of the {} must not throw when it is told of the end", this, ex);
		}
	}

	@Override
	public void close() {
		this.told = true;
		this.watches.enter(() -> this.watches.drop(this));
	}

	@Override
	public String toString() {
		return "watch of " + this.range + " from revision " + this.fromRevision;
	}

}
