package io.github.etcddiscovery.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.etcd.jetcd.api.KVGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection in use, and when it is replaced by a fresh one:
 * <ul>
 * <li>5 s after a call without an answer, unless one was answered meanwhile. gRPC waits
 * up to 2 min before it tries a broken connection again, and jetcd cannot change that; a
 * fresh one tries at once.
 * <li>when there are other certificates.
 * </ul>
 * Watches of the replaced one end; its calls, and the stream of renewals, have time to.
 */
final class Connections implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Connections.class);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final Duration ALIVE = Duration.ofSeconds(1);

	/** An etcd that was told to end answers on open streams for up to 7 s. */
	private static final Duration LEAST_LINGER = Duration.ofSeconds(10);

	private final EtcdClientSettings settings;

	private final List<Endpoint> endpoints;

	private final EtcdClientCustomizer customizer;

	private final Threads threads;

	/** Written by the thread that may block only. */
	private volatile Connection current;

	private final Set<Connection> open = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/** Touched by the thread that may block only. */
	private boolean tlsFailing;

	Connections(EtcdClientSettings settings, EtcdClientCustomizer customizer, Threads threads, Duration tlsPeriod) {
		this.settings = settings;
		this.endpoints = Endpoint.parseAll(settings.endpoints(), settings.tls() != null);
		this.customizer = customizer;
		this.threads = threads;
		this.current = open(firstTls());
		if (settings.tls() != null) {
			threads.scheduleRepeatedly(tlsPeriod, () -> threads.blocking().execute(this::checkTls));
		}
	}

	List<Endpoint> endpoints() {
		return this.endpoints;
	}

	Connection current() {
		return this.current;
	}

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * Makes one call on the connection in use. Also for a stream of one request of which
	 * only the first answer counts.
	 * @param <Q> type of the request
	 * @param <A> type of the answer
	 * @param method what to call
	 * @param request what to send
	 * @param token who we are, empty for nobody
	 * @param deadline when it ends at the latest, also in etcd
	 * @return the answer, or how gRPC says that it failed
	 */
	<Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request, String token, Deadline deadline) {
		Connection connection = current();
		CallOptions options = CallOptions.DEFAULT.withDeadline(deadline).withExecutor(this.threads.answers());
		ClientCall<Q, A> call = Login.authenticated(connection.channel(), token).newCall(method, options);
		Answer<A> answer = new Answer<>();
		ClientCalls.asyncUnaryCall(call, request, answer);
		return answer.future.whenComplete((value, error) -> note(connection, error));
	}

	/**
	 * Makes sure that etcd answers, by a cheap read where it has not answered just now. A
	 * refusal is an answer.
	 * @param token who we are
	 * @param deadline when it ends at the latest
	 * @return done when etcd has answered, or how gRPC says that it has not
	 */
	CompletableFuture<Boolean> proveAlive(String token, Deadline deadline) {
		if (current().answeredWithin(ALIVE)) {
			return CompletableFuture.completedFuture(true);
		}
		return call(KVGrpc.getRangeMethod(), Messages.SIGN_OF_LIFE, token, deadline).thenApply((answer) -> true)
			.exceptionallyCompose((error) -> Failure.unanswered(error) ? CompletableFuture.failedFuture(error)
					: CompletableFuture.completedFuture(true));
	}

	/**
	 * Notes how a call or stream ended.
	 * @param connection what it ran on
	 * @param error how it ended; null for an answer
	 */
	void note(Connection connection, @Nullable Throwable error) {
		if (error == null || !Failure.unanswered(error)) {
			connection.answered();
			return;
		}
		Object mark = connection.unanswered();
		if (mark != null) {
			this.threads.schedule(PATIENCE,
					() -> this.threads.blocking().execute(() -> replaceSilent(connection, mark)));
		}
	}

	private void replaceSilent(Connection connection, Object mark) {
		if (connection == current() && connection.silentSince(mark)) {
			logger.debug("No answer from {} for {}: connecting afresh", this.endpoints, PATIENCE);
			// Where no fresh one can be had, the next call without an answer tries again.
			connection.forgetSilence(mark);
			replace(connection, currentTls(connection));
		}
	}

	private void checkTls() {
		Connection connection = current();
		TlsManagers tls = currentTls(connection);
		if (!Objects.equals(tls, connection.tls())) {
			logger.info("Certificates have changed: connecting to {} afresh", this.endpoints);
			replace(connection, tls);
		}
	}

	private void replace(Connection old, @Nullable TlsManagers tls) {
		Connection fresh;
		try {
			fresh = open(tls);
		}
		catch (RuntimeException ex) {
			logger.warn("Cannot connect to {} afresh, keeping the old connection: {}", this.endpoints, ex.toString());
			return;
		}
		this.current = fresh;
		old.endReplaceable();
		Duration linger = this.settings.requestTimeout();
		this.threads.schedule((linger.compareTo(LEAST_LINGER) > 0) ? linger : LEAST_LINGER, () -> end(old));
	}

	private Connection open(@Nullable TlsManagers tls) {
		Connection fresh = Connection.open(this.settings, this.endpoints, tls, this.customizer);
		this.open.add(fresh);
		if (this.closed) {
			end(fresh);
		}
		return fresh;
	}

	private void end(Connection connection) {
		if (this.open.remove(connection)) {
			connection.close();
		}
	}

	private @Nullable TlsManagers firstTls() {
		if (this.settings.tls() != null) {
			return this.settings.tls().get();
		}
		return this.endpoints.get(0).tls() ? TlsManagers.JVM_DEFAULT : null;
	}

	private @Nullable TlsManagers currentTls(Connection connection) {
		if (this.settings.tls() == null) {
			return connection.tls();
		}
		try {
			TlsManagers tls = this.settings.tls().get();
			this.tlsFailing = false;
			return tls;
		}
		catch (RuntimeException ex) {
			if (!this.tlsFailing) {
				logger.warn("Cannot read certificates, keeping the old ones: {}", ex.toString());
			}
			this.tlsFailing = true;
			return connection.tls();
		}
	}

	/** Ends all connections. Does not wait. */
	@Override
	public void close() {
		this.closed = true;
		List.copyOf(this.open).forEach(this::end);
	}

	/** Takes the first answer. */
	private static final class Answer<A> implements StreamObserver<A> {

		private final CompletableFuture<A> future = new CompletableFuture<>();

		@Override
		public void onNext(A value) {
			this.future.complete(value);
		}

		@Override
		public void onError(Throwable error) {
			this.future.completeExceptionally(error);
		}

		@Override
		public void onCompleted() {
			this.future.completeExceptionally(
					Status.UNAVAILABLE.withDescription("etcd ended the call without an answer").asRuntimeException());
		}

	}

}
