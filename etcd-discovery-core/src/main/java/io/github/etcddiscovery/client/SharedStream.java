package io.github.etcddiscovery.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One stream that carries many watches.
 * <ul>
 * <li>The n-th answer to a create belongs to the n-th create, also where it is a refusal,
 * which has no id of its own.
 * <li>What etcd says of one id concerns that watch alone, and where it ends it, it is
 * answered by a cancel of ours: else that id counts as out of step for ever, and from 3.5
 * on etcd gives the stream no sign of life then [measured]. The end of the stream ends
 * all.
 * <li>The stream ends with its last watch.
 * </ul>
 */
final class SharedStream implements BidiStream.Owner<WatchResponse> {

	private static final Metadata REQUIRE_LEADER = new Metadata();
	static {
		REQUIRE_LEADER.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
	}

	private final SharedWatches watches;

	private final Calls calls;

	/** Watches that etcd has not answered, in the order in which they were asked for. */
	private final Queue<SharedWatch> unanswered = new ArrayDeque<>();

	private final Map<Long, SharedWatch> confirmed = new HashMap<>();

	private final Backlog backlog;

	private final Silence silence;

	/** Null while the token is waited for. */
	private @Nullable BidiStream<WatchRequest, WatchResponse> stream;

	private boolean ended;

	SharedStream(SharedWatches watches) {
		this.watches = watches;
		this.calls = watches.calls();
		this.backlog = new Backlog(this, this.calls.threads());
		this.silence = new Silence(this, this.calls.threads(), watches.answerTimeout());
	}

	void open() {
		this.calls.login()
			.token()
			.whenComplete((token, error) -> this.watches.context().execute(() -> open(token, error)));
	}

	private void open(@Nullable String token, @Nullable Throwable error) {
		if (this.ended) {
			return;
		}
		if (token == null) {
			end((error != null) ? error : new IllegalStateException("no token"));
			return;
		}
		BidiStream<WatchRequest, WatchResponse> stream = new BidiStream<>(this.calls.connections(),
				this.calls.threads(), this.watches.context(), this);
		this.stream = stream;
		stream.open(WatchGrpc.getWatchMethod(), token, REQUIRE_LEADER);
		if (!this.ended) {
			this.silence.begin();
			this.unanswered.forEach(this::create);
			requestMore();
		}
	}

	void add(SharedWatch watch) {
		watch.stream = this;
		this.unanswered.add(watch);
		create(watch);
	}

	private void create(SharedWatch watch) {
		if (this.stream != null) {
			watch.askedAfter = this.silence.messages();
			this.stream.send(Messages.watch(watch.range(), watch.fromRevision()));
		}
	}

	private void requestMore() {
		int more = this.backlog.toRequest();
		if (this.stream != null && more > 0) {
			this.stream.request(more);
		}
	}

	@Override
	public void received(WatchResponse response) {
		this.silence.heard();
		this.backlog.received(response.getSerializedSize());
		if (response.getCreated()) {
			answered(response);
		}
		else {
			SharedWatch watch = this.confirmed.get(response.getWatchId());
			if (watch != null) {
				told(watch, response);
			}
		}
		requestMore();
	}

	private void answered(WatchResponse response) {
		SharedWatch watch = this.unanswered.poll();
		if (watch == null) {
			end(Status.INTERNAL.withDescription("etcd has confirmed a watch that was not asked for")
				.asRuntimeException());
		}
		else if (response.getCanceled() || response.getWatchId() == SharedWatch.NO_ID) {
			refused(watch, Failure.cancelled(response.getCancelReason()).asRuntimeException());
		}
		else if (watch.isOver()) {
			cancel(response.getWatchId());
			endWithLastWatch();
		}
		else {
			watch.id = response.getWatchId();
			this.confirmed.put(watch.id, watch);
			watch.confirmed(response.getHeader().getRevision());
		}
	}

	private void refused(SharedWatch watch, Throwable cause) {
		watch.stream = null;
		if (!watch.isOver()) {
			if (!watch.refusedOnce && Failure.accessRefused(cause)) {
				this.watches.retryWithFreshToken(watch, this);
			}
			else {
				this.watches.end(watch, cause);
			}
		}
		endWithLastWatch();
	}

	private void told(SharedWatch watch, WatchResponse response) {
		if (response.getCanceled()) {
			forget(watch);
			this.watches.end(watch, whyCancelled(watch, response).asRuntimeException());
			endWithLastWatch();
		}
		else if (response.getEventsCount() > 0) {
			this.backlog.handOver(watch, Messages.events(response.getEventsList()), Messages.isContinued(response));
		}
	}

	private static Status whyCancelled(SharedWatch watch, WatchResponse response) {
		if (response.getCompactRevision() == 0) {
			return Failure.cancelled(response.getCancelReason());
		}
		return Status.OUT_OF_RANGE.withDescription("revision " + watch.fromRevision()
				+ " has been compacted, the oldest is " + response.getCompactRevision());
	}

	/**
	 * Takes a watch off the stream. Its create keeps its place among the unanswered.
	 * @param watch the watch, which is over
	 */
	void remove(SharedWatch watch) {
		if (watch.id != SharedWatch.NO_ID) {
			forget(watch);
		}
		watch.stream = null;
		endWithLastWatch();
	}

	private void forget(SharedWatch watch) {
		this.confirmed.remove(watch.id);
		this.backlog.drop(watch);
		watch.stream = null;
		cancel(watch.id);
	}

	private void cancel(long id) {
		if (this.stream != null) {
			this.stream.send(Messages.cancel(id));
		}
	}

	private void endWithLastWatch() {
		if (!this.ended && this.confirmed.isEmpty() && this.unanswered.stream().allMatch(SharedWatch::isOver)) {
			close();
		}
	}

	/**
	 * Ends a watch that was not confirmed in time. Where nothing has come since it was
	 * asked for, the stream is of no use to the others either.
	 * @param watch the watch
	 * @param late the cause
	 */
	void notConfirmed(SharedWatch watch, Throwable late) {
		this.watches.takeNoMore(this);
		if (this.stream == null || !this.silence.brokenSince(watch.askedAfter)) {
			end(late);
		}
		else {
			this.watches.end(watch, late);
			remove(watch);
		}
	}

	/** Ends the stream and its watches, none of which is told. */
	void close() {
		this.watches.forget(this);
		if (!this.ended) {
			release();
			if (this.stream != null) {
				this.stream.close();
			}
		}
	}

	/**
	 * Ends the stream and all its watches.
	 * @param cause why
	 */
	void end(Throwable cause) {
		if (this.stream != null) {
			this.stream.end(cause);
		}
		else {
			ended(cause);
		}
	}

	@Override
	public void ended(Throwable cause) {
		if (this.ended) {
			return;
		}
		release();
		if (this.stream != null) {
			this.calls.connections().note(this.stream.connection(), cause);
		}
		List<SharedWatch> all = new ArrayList<>(this.confirmed.values());
		all.forEach((watch) -> {
			watch.stream = null;
			this.watches.end(watch, cause);
		});
		this.unanswered.forEach((watch) -> refused(watch, cause));
		applied();
	}

	private void release() {
		this.ended = true;
		this.silence.end();
		this.backlog.end();
		this.watches.takeNoMore(this);
	}

	@Override
	public boolean outlivesReplacement() {
		return false;
	}

	/**
	 * Asks for a sign of life.
	 * @return whether it was asked for; false where it could not come, or where watches
	 * wait to be confirmed, which is a question of its own
	 */
	boolean askForSignOfLife() {
		if (this.stream == null || this.backlog.isFull() || this.confirmed.isEmpty()) {
			return false;
		}
		this.stream.send(Messages.PROGRESS);
		return true;
	}

	void endSilent() {
		end(Status.UNAVAILABLE
			.withDescription("nothing came for " + Silence.LIMIT.toSeconds() + " s, and no sign of life within "
					+ this.watches.answerTimeout().toSeconds() + " s")
			.asRuntimeException());
	}

	/**
	 * Reads the revision of etcd, linearizably, and at a key that we may read.
	 * @return the revision
	 */
	CompletableFuture<Long> head() {
		SharedWatch any = Stream.concat(this.confirmed.values().stream(), this.unanswered.stream())
			.findFirst()
			.orElseThrow();
		return this.calls
			.call("read of the revision for the " + any, KVGrpc.getRangeMethod(), Messages.head(any.range()),
					this.watches.answerTimeout())
			.thenApply((answer) -> answer.getHeader().getRevision());
	}

	boolean beginsAbove(long revision) {
		return this.confirmed.values().stream().anyMatch((watch) -> watch.fromRevision() > revision);
	}

	/**
	 * Tells whether it is known that what has not come has not been sent.
	 * @param time how long nothing must have come
	 */
	boolean isSilentFor(Duration time) {
		return this.silence.lasts(time);
	}

	boolean isFull() {
		return this.backlog.isFull();
	}

	boolean hasOneWatch() {
		return this.confirmed.size() == 1;
	}

	void enterAlsoAfterTheEnd(Runnable task) {
		this.watches.enter(task);
	}

	/** Runs something where the state may be touched, unless the stream has ended. */
	void enter(Runnable task) {
		this.watches.enter(() -> {
			if (!this.ended) {
				task.run();
			}
		});
	}

	/** Something has been applied, also after the end, or nothing is to be. */
	void applied() {
		if (!this.ended) {
			requestMore();
		}
		else if (this.backlog.isEmpty()) {
			this.watches.forget(this);
		}
	}

	Duration behindFor(long now) {
		return this.backlog.behindFor(now);
	}

}
