package io.github.etcddiscovery.client.jetcd;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.api.KVGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.etcddiscovery.client.EtcdClientCustomizer;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.TlsManagers;
import io.github.etcddiscovery.client.jetcd.AnswerCheck.Identity;

/**
 * The connection in use, and when it is replaced by a fresh one:
 * <ul>
 * <li>5 s after a call without an answer, unless one was answered meanwhile. gRPC waits
 * up to 2 min before it tries a broken connection again, and jetcd cannot change that; a
 * fresh one tries at once.
 * <li>when there are other certificates.
 * </ul>
 * Watches of the replaced one end; its calls, and streams of renewals, have time to.
 */
final class Connections implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Connections.class);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final Duration ALIVE = Duration.ofSeconds(1);

	/** How often a call that something else than etcd has answered is made elsewhere. */
	static final int RETRIES = 3;

	/** An etcd that was told to end answers on open streams for up to 7 s. */
	private static final Duration LEAST_LINGER = Duration.ofSeconds(10);

	private final EtcdClientSettings settings;

	private final List<Endpoint> endpoints;

	private final EtcdClientCustomizer customizer;

	private final Threads threads;

	/** Written by the thread that connects only. */
	private volatile Connection current;

	private final Addresses addresses;

	private final Clusters clusters;

	private final Certificates certificates;

	private final LastTransportError lastTransportError = new LastTransportError();

	private final Set<Connection> open = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	Connections(EtcdClientSettings settings, EtcdClientCustomizer customizer, Threads threads, Duration tlsPeriod) {
		this(settings, customizer, threads, tlsPeriod, InetAddress::getAllByName);
	}

	Connections(EtcdClientSettings settings, EtcdClientCustomizer customizer, Threads threads, Duration tlsPeriod,
			Addresses.Names names) {
		this.settings = settings;
		this.endpoints = Endpoint.parseAll(settings.endpoints(), settings.tls() != null);
		this.customizer = customizer;
		this.threads = threads;
		this.addresses = new Addresses(this.endpoints, names, threads.names());
		this.clusters = new Clusters(this.addresses, threads, this::ask,
				() -> threads.connecting().execute(this::replaceForCluster));
		this.certificates = new Certificates(settings.tls(), threads, this::useTls);
		this.current = open(this.addresses, this.certificates.first(this.endpoints.get(0).tls()),
				new AnswerCheck(this.clusters));
		if (settings.tls() != null) {
			threads.scheduleRepeatedly(tlsPeriod, this.certificates::ask);
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
		return call(method, request, token, CallOptions.DEFAULT.withDeadline(deadline));
	}

	<Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request, String token, CallOptions options) {
		return call(method, request, token, options.withExecutor(this.threads.answers()), RETRIES);
	}

	private <Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request, String token,
			CallOptions options, int retries) {
		Connection connection = current();
		Answer<A> answer = new Answer<>();
		ClientCall<Q, A> call;
		try {
			call = Login.authenticated(connection.channel(), token).newCall(method, connection.limited(options));
			ClientCalls.asyncUnaryCall(call, request, answer);
		}
		catch (Throwable ex) { // of an interceptor of a user
			return CompletableFuture.failedFuture(ex);
		}
		return answer.future.whenComplete((value, error) -> note(connection, error)).exceptionallyCompose((error) -> {
			boolean elsewhere = retries > 0 && leavesOut(call)
					&& Failure.canBeRepeated(error, method == KVGrpc.getTxnMethod());
			return elsewhere ? call(method, request, token, options, retries - 1)
					: CompletableFuture.failedFuture(error);
		});
	}

	/** Tells whether what has answered a call is not asked any more: it is no etcd. */
	boolean leavesOut(ClientCall<?, ?> call) {
		return this.clusters.leavesOut(AnswerCheck.from(call));
	}

	/**
	 * Makes sure that etcd answers, by a cheap read where it has not answered just now. A
	 * refusal is an answer. The read has the time of any request, not what is left of the
	 * one that needs it first: others share it.
	 * @param token who we are
	 * @return done when etcd has answered, or how gRPC says that it has not
	 */
	CompletableFuture<Boolean> proveAlive(String token) {
		Connection connection = current();
		if (connection.answeredWithin(ALIVE)) {
			return CompletableFuture.completedFuture(true);
		}
		Deadline deadline = Deadline.after(this.settings.requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
		return connection.provedBy(
				() -> call(KVGrpc.getRangeMethod(), Messages.SIGN_OF_LIFE, token, deadline).thenApply((answer) -> true)
					.exceptionallyCompose((error) -> Failure.unanswered(error) ? CompletableFuture.failedFuture(error)
							: CompletableFuture.completedFuture(true)));
	}

	/**
	 * Notes how a call or stream ended.
	 * @param connection what it ran on
	 * @param error how it ended; null for an answer
	 */
	void note(Connection connection, @Nullable Throwable error) {
		if (error == null || !Failure.unanswered(error)) {
			this.lastTransportError.forget();
			connection.answered();
		}
		else if (!LastTransportError.wasNotSent(error)) {
			this.lastTransportError.note(error);
			connection.unanswered((task) -> this.threads.schedule(PATIENCE, task), this.threads.connecting(),
					(mark) -> replaceSilent(connection, mark));
		}
	}

	/**
	 * Says in words what gRPC says of a call that had no connection.
	 * @param error how the call ended
	 * @return the same, or what says more
	 */
	Throwable explained(Throwable error) {
		return this.lastTransportError.explain(error);
	}

	private void replaceSilent(Connection connection, Object mark) {
		if (connection == current() && connection.silentSince(mark)) {
			// Where no fresh one can be had, the next call without an answer tries again.
			connection.forgetSilence(mark);
			logger.debug("No answer from {} for {}: connecting afresh", this.endpoints, PATIENCE);
			this.clusters.askAgain();
			replace(connection, connection.tls());
			this.certificates.ask();
		}
	}

	private void replaceForCluster() {
		Connection connection = current();
		replace(connection, connection.tls());
		connection.endStreams();
	}

	private void useTls(TlsManagers tls) {
		Connection connection = current();
		if (!Objects.equals(tls, connection.tls())) {
			logger.info("Certificates have changed: connecting to {} afresh", this.endpoints);
			replace(connection, tls);
		}
	}

	/** Asks who answers at an address, on a connection of its own. */
	private CompletableFuture<Identity> ask(Addresses.Address address) {
		Addresses one = new Addresses(List.of(address.endpoint()),
				(host) -> new InetAddress[] { address.socket().getAddress() }, Runnable::run);
		return CompletableFuture.supplyAsync(() -> open(one, current().tls()), this.threads.connecting())
			.thenCompose((connection) -> connection.identity(this.threads.answers())
				.whenComplete((answer, error) -> end(connection)))
			.exceptionally((error) -> Identity.NONE);
	}

	private void replace(Connection old, @Nullable TlsManagers tls) {
		Connection fresh;
		try {
			fresh = open(this.addresses, tls, new AnswerCheck(this.clusters));
		}
		catch (Throwable ex) { // of a customizer
			logger.warn("Cannot connect to {} afresh, keeping the old connection: {}", this.endpoints, ex.toString());
			return;
		}
		this.current = fresh;
		old.endReplaceable();
		Duration linger = this.settings.requestTimeout();
		this.threads.schedule((linger.compareTo(LEAST_LINGER) > 0) ? linger : LEAST_LINGER, () -> end(old));
	}

	private Connection open(Addresses addresses, @Nullable TlsManagers tls, ClientInterceptor... interceptors) {
		Connection fresh = Connection.open(this.settings, addresses, tls, this.customizer, interceptors);
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

	/** Ends all connections. Does not wait. */
	@Override
	public void close() {
		this.closed = true;
		List.copyOf(this.open).forEach(this::end);
	}

	/** Takes the first answer. */
	static final class Answer<A> implements StreamObserver<A> {

		final CompletableFuture<A> future = new CompletableFuture<>();

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
