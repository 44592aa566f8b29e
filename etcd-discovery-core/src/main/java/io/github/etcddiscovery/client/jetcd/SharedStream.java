package io.github.etcddiscovery.client.jetcd;

import java.util.concurrent.CompletableFuture;

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
 * <li>What etcd says of one id concerns that watch alone. Where it ends it, a cancel of
 * ours answers: else the id counts as out of step, and from 3.5 on etcd gives the stream
 * no sign of life then [measured].
 * <li>The end of the stream ends all watches; the end of the last one ends the stream.
 * </ul>
 */
final class SharedStream implements BidiStream.Owner<WatchResponse> {

	private static final Metadata REQUIRE_LEADER = new Metadata();
	static {
		REQUIRE_LEADER.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
	}

	private final SharedWatches watches;

	private final Calls calls;

	private final WatchIds ids = new WatchIds();

	private final Backlog backlog;

	private final Silence silence;

	/** Null while the token is waited for. */
	private @Nullable BidiStream<WatchRequest, WatchResponse> stream;

	private boolean ended;

	SharedStream(SharedWatches watches) {
		this.watches = watches;
		this.calls = watches.calls();
		this.backlog = new Backlog(this, this.calls.threads(), watches::enter);
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
		this.stream = new BidiStream<>(this.calls.connections(), this.calls.threads(), this.watches.context(), this);
		this.stream.open(WatchGrpc.getWatchMethod(), token, REQUIRE_LEADER);
		if (!this.ended) {
			this.silence.begin();
			this.ids.unanswered().forEach(this::create);
			requestMore();
		}
	}

	void add(SharedWatch watch) {
		watch.stream = this;
		this.ids.ask(watch);
		create(watch);
	}

	private void create(SharedWatch watch) {
		watch.askedAfter = this.silence.messages();
		send(Messages.watch(watch.range(), watch.fromRevision()));
	}

	private void send(WatchRequest request) {
		if (this.stream != null) {
			this.stream.send(request);
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
			SharedWatch watch = this.ids.get(response.getWatchId());
			if (watch != null) {
				told(watch, response);
			}
		}
		requestMore();
	}

	private void answered(WatchResponse response) {
		SharedWatch watch = this.ids.nextAnswered();
		if (watch == null) {
			end(Status.INTERNAL.withDescription("etcd has confirmed a watch that was not asked for")
				.asRuntimeException());
		}
		else if (response.getCanceled() || response.getWatchId() == SharedWatch.NO_ID) {
			refused(watch, Failure.cancelled(response.getCancelReason()).asRuntimeException());
		}
		else if (watch.isOver()) {
			send(Messages.cancel(response.getWatchId()));
			endWithLastWatch();
		}
		else {
			this.ids.confirm(watch, response.getWatchId());
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
			this.watches.end(watch, watch.whyCancelled(response).asRuntimeException());
			endWithLastWatch();
		}
		else if (response.getEventsCount() > 0) {
			this.backlog.handOver(watch, response.getEventsList(), Messages.isContinued(response));
		}
	}

	/** Takes a watch that is over off the stream. Its create keeps its place. */
	void remove(SharedWatch watch) {
		if (watch.id != SharedWatch.NO_ID) {
			forget(watch);
		}
		watch.stream = null;
		endWithLastWatch();
	}

	private void forget(SharedWatch watch) {
		this.ids.remove(watch);
		this.backlog.drop(watch);
		watch.stream = null;
		send(Messages.cancel(watch.id));
	}

	private void endWithLastWatch() {
		if (!this.ended && this.ids.noneIsLeft()) {
			close();
		}
	}

	/**
	 * Ends a watch that was not confirmed in time. Where nothing has come since it was
	 * asked for, the stream is of no use to the others either.
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

	/** Ends the stream and all its watches, also where an end before this has failed. */
	void end(Throwable cause) {
		if (this.stream != null) {
			this.stream.end(cause);
		}
		endWatches(cause);
	}

	/** Ends the stream and all its watches, for what says nothing of the connection. */
	void endForItself(Throwable cause) {
		if (!this.ended && this.stream != null) {
			this.stream.close();
			endWatches(cause);
		}
	}

	@Override
	public void ended(Throwable cause) {
		if (!this.ended) {
			if (this.stream != null) {
				this.calls.connections().note(this.stream.connection(), cause);
			}
			endWatches(cause);
		}
	}

	/** Does nothing the second time: no watch is on this stream any more. */
	private void endWatches(Throwable cause) {
		release();
		this.ids.confirmed().stream().filter(this::carries).forEach((watch) -> {
			this.watches.end(watch, cause);
			watch.stream = null;
		});
		this.ids.unanswered().stream().filter(this::carries).forEach((watch) -> refused(watch, cause));
		applied();
	}

	private boolean carries(SharedWatch watch) {
		return watch.stream == this;
	}

	private void release() {
		this.ended = true;
		this.silence.end();
		this.backlog.end();
		this.watches.takeNoMore(this);
	}

	/**
	 * Asks for a sign of life, unless it could not come, or a watch has yet to be
	 * confirmed, which is a question of its own.
	 * @return whether it was asked for
	 */
	boolean askForSignOfLife() {
		if (this.stream == null || this.backlog.isFull() || this.ids.confirmedCount() == 0) {
			return false;
		}
		send(Messages.PROGRESS);
		return true;
	}

	/** Reads the revision of etcd, linearizably. */
	CompletableFuture<Long> head() {
		return this.watches.head(this.ids.any());
	}

	WatchIds ids() {
		return this.ids;
	}

	Backlog backlog() {
		return this.backlog;
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

}
