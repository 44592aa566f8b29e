package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import io.etcd.jetcd.api.KVGrpc;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.Watches;

/**
 * All watches of one owner, on as few streams as etcd allows: one, and beside it those
 * whose token etcd does not take for new watches any more, until their watches end.
 * Nothing is ever resumed: a watch or a stream that ends is begun anew by the owner.
 * <p>
 * Everything but what is told runs one after the other in a
 * {@link SynchronizationContext}, on the client's threads: never on the owner's, which
 * would be made to work off what has come meanwhile.
 */
final class SharedWatches implements Watches {

	private static final Logger logger = LoggerFactory.getLogger(SharedWatches.class);

	/** Within this a watch is confirmed and a sign of life comes, if not later. */
	private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

	private static final Duration AGAIN = Duration.ofSeconds(1);

	private final SynchronizationContext context = new SynchronizationContext((thread, ex) -> failed(ex));

	private final Calls calls;

	private final Duration answerTimeout;

	private final Executor owner;

	/** All streams that are open, or have brought what is not applied yet. */
	private final Set<SharedStream> streams = ConcurrentHashMap.newKeySet();

	/** The stream that takes new watches; where there is none, the next one opens it. */
	private @Nullable SharedStream current;

	private volatile boolean closed;

	SharedWatches(Calls calls, Duration requestTimeout, Executor owner) {
		this.calls = calls;
		this.answerTimeout = (requestTimeout.compareTo(ANSWER_TIMEOUT) > 0) ? requestTimeout : ANSWER_TIMEOUT;
		this.owner = owner;
	}

	@Override
	public Watch watch(KeyRange range, long fromRevision, WatchListener listener) {
		SharedWatch watch = new SharedWatch(this, range, fromRevision, listener);
		if (this.calls.connections().isClosed()) {
			watch.ended(Failure.closed(watch.toString()));
			return watch;
		}
		enter(() -> beginInTime(watch));
		if (this.calls.connections().isClosed()) {
			// What is handed over to the threads of a closed client is dropped.
			this.context.execute(() -> endBecauseClosed(watch));
		}
		return watch;
	}

	private void endBecauseClosed(SharedWatch watch) {
		if (watch.stream == null) {
			watch.ended(Failure.closed(watch.toString()));
		}
	}

	@Override
	public Duration behindFor() {
		long now = this.calls.threads().now();
		return this.streams.stream()
			.map((stream) -> stream.backlog().behindFor(now))
			.max(Duration::compareTo)
			.orElse(Duration.ZERO);
	}

	@Override
	public void close() {
		this.closed = true;
		enter(() -> this.streams.forEach(SharedStream::close));
	}

	boolean isClosed() {
		return this.closed;
	}

	Calls calls() {
		return this.calls;
	}

	Executor owner() {
		return this.owner;
	}

	SynchronizationContext context() {
		return this.context;
	}

	Duration answerTimeout() {
		return this.answerTimeout;
	}

	/**
	 * Runs something where the state may be touched, in the order in which it was handed
	 * over. Can be called from any thread. Where that throws, for want of memory, it runs
	 * with what is handed over next.
	 * @param task what to run
	 */
	void enter(Runnable task) {
		this.context.executeLater(task);
		this.calls.threads().answers().execute(this.context::drain);
	}

	/**
	 * Reads the revision of etcd, linearizably, at a key that a watch may read.
	 * @param watch the watch
	 * @return the revision
	 */
	CompletableFuture<Long> head(SharedWatch watch) {
		return this.calls
			.call("read of the revision for the " + watch, KVGrpc.getRangeMethod(), Messages.head(watch.range()),
					this.answerTimeout)
			.thenApply((answer) -> answer.getHeader().getRevision());
	}

	/** A watch without a timer could be neither confirmed nor ended: it ends at once. */
	private void beginInTime(SharedWatch watch) {
		try {
			expectConfirmed(watch, this.answerTimeout);
		}
		catch (Throwable ex) {
			end(watch, ex);
		}
		begin(watch);
	}

	private void begin(SharedWatch watch) {
		if (watch.isOver()) {
			return;
		}
		SharedStream stream = this.current;
		if (stream == null) {
			stream = new SharedStream(this);
			this.streams.add(stream);
			this.current = stream;
			stream.open();
		}
		stream.add(watch);
	}

	private void expectConfirmed(SharedWatch watch, Duration within) {
		watch.confirmation = this.calls.threads().schedule(within, () -> enter(() -> {
			if (watch.id == SharedWatch.NO_ID && !watch.isOver()) {
				if (watch.stream != null && watch.stream.backlog().isFull()) {
					// What cannot come yet is not late.
					expectConfirmed(watch, Lag.PERIOD);
				}
				else {
					endUnconfirmed(watch);
				}
			}
		}));
	}

	private void endUnconfirmed(SharedWatch watch) {
		Throwable late = Status.DEADLINE_EXCEEDED.withDescription("etcd has not confirmed the watch")
			.asRuntimeException();
		SharedStream stream = watch.stream;
		if (stream == null) {
			end(watch, late);
		}
		else {
			stream.notConfirmed(watch, late);
		}
	}

	/**
	 * Finds out whether a watch was refused for its token, by a read of the same range,
	 * which logs in anew where that is needed. Some versions of etcd say of a token that
	 * they do not know that permission is denied. Where the read is not refused, the
	 * watch gets a stream with the token that is in use now.
	 * @param watch what was refused, and is on no stream
	 * @param refused the stream that it was refused on
	 */
	void retryWithFreshToken(SharedWatch watch, SharedStream refused) {
		watch.refusedOnce = true;
		var unused = this.calls
			.call(watch.toString(), KVGrpc.getRangeMethod(), Messages.count(watch.range()), this.answerTimeout)
			.whenComplete((answer, refusal) -> this.context.execute(() -> {
				if (refusal != null) {
					end(watch, refusal);
				}
				else {
					takeNoMore(refused);
					begin(watch);
				}
			}));
	}

	/**
	 * Lets the next watch open another stream.
	 * @param stream a stream that goes on with what it has
	 */
	void takeNoMore(SharedStream stream) {
		if (this.current == stream) {
			this.current = null;
		}
	}

	/**
	 * Forgets a stream.
	 * @param stream what has ended, and has brought nothing that is not applied yet
	 */
	void forget(SharedStream stream) {
		this.streams.remove(stream);
	}

	/**
	 * Ends a watch that is on no stream any more. Where there is no memory for that, it
	 * is tried again, so that others that end with it do.
	 * @param watch the watch
	 * @param cause why
	 */
	void end(SharedWatch watch, Throwable cause) {
		try {
			watch.ended(this.calls.failure(watch.toString(), cause));
		}
		catch (Error noMemory) {
			try {
				this.calls.threads().schedule(AGAIN, () -> enter(() -> end(watch, cause)));
			}
			catch (Throwable noTimer) {
				enter(() -> end(watch, cause));
			}
		}
	}

	/**
	 * Takes a watch off its stream; nobody is told.
	 * @param watch the watch, which is over
	 */
	void drop(SharedWatch watch) {
		watch.cancelConfirmation();
		SharedStream stream = watch.stream;
		if (stream != null) {
			stream.remove(watch);
		}
	}

	/** A defect must not leave watches that look alive. */
	private void failed(Throwable defect) {
		try {
			this.streams.forEach((stream) -> stream.end(defect));
		}
		finally {
			logger.error("A stream of watches failed, which is a defect of etcd-discovery; its watches begin anew",
					defect);
		}
	}

}
