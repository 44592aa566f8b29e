package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClientSettings;

/**
 * Who we are: the token that etcd gave us for name and password. One login is under way
 * at a time and serves all who wait for it. A login costs etcd some 70 ms of bcrypt, so
 * the outcome of one stands for a while: a refusal for 5 s, a token for 1 s even when
 * etcd does not know it (any more).
 * <p>
 * Users may take their time to say name and password (they may ask a vault): it is on a
 * thread of its own and has no deadline. Calls that need the token end at theirs; an
 * answer that comes late counts for the calls that come after.
 */
final class Login implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Login.class);

	private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

	private static final String NOBODY = "";

	private static final long REFUSAL_STANDS = TimeUnit.SECONDS.toNanos(5);

	private static final long TOKEN_STANDS = TimeUnit.SECONDS.toNanos(1);

	private final @Nullable Supplier<Credentials> credentials;

	private final Duration timeout;

	private final Connections connections;

	private final Threads threads;

	private final AtomicReference<@Nullable Attempt> last = new AtomicReference<>();

	/** Whether it was said that credentials take long, and they still do. */
	private final AtomicBoolean slow = new AtomicBoolean();

	Login(EtcdClientSettings settings, Connections connections, Threads threads) {
		this.credentials = settings.credentials();
		this.timeout = settings.requestTimeout();
		this.connections = connections;
		this.threads = threads;
	}

	/**
	 * Puts a token on every call.
	 * @param channel where the calls go
	 * @param token the token, empty for none
	 * @return a channel
	 */
	static Channel authenticated(Channel channel, String token) {
		if (token.equals(NOBODY)) {
			return channel;
		}
		Metadata headers = new Metadata();
		headers.put(TOKEN, token);
		return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
	}

	/**
	 * Tells whether there is anybody to log in.
	 * @return whether credentials were given
	 */
	boolean isNeeded() {
		return this.credentials != null;
	}

	/**
	 * Returns the token in use, after a login where there is none.
	 * @return the token, empty for none; or how gRPC says that the login failed
	 */
	CompletableFuture<String> token() {
		return token(null);
	}

	/**
	 * Returns another token than one that etcd did not accept.
	 * @param refused what etcd did not accept
	 * @return the token, the same where it is very young
	 */
	CompletableFuture<String> tokenOtherThan(String refused) {
		return token(refused);
	}

	private CompletableFuture<String> token(@Nullable String refused) {
		if (this.credentials == null) {
			return CompletableFuture.completedFuture(NOBODY);
		}
		Attempt known = this.last.get();
		if (known != null && known.stands(refused)) {
			return known.token;
		}
		Attempt fresh = new Attempt();
		if (!this.last.compareAndSet(known, fresh)) {
			return token(refused); // somebody was faster
		}
		Supplier<Credentials> supplier = this.credentials;
		try {
			this.threads.credentials().execute(() -> ask(fresh, supplier));
		}
		catch (Throwable ex) {
			fresh.end(null, ex);
		}
		if (this.connections.isClosed()) {
			close();
		}
		return fresh.token;
	}

	/** Whatever is thrown ends the attempt: others wait for it. */
	private void ask(Attempt attempt, Supplier<Credentials> supplier) {
		try {
			logIn(attempt, ask(supplier));
		}
		catch (Throwable ex) {
			attempt.end(null, ex);
		}
	}

	private Credentials ask(Supplier<Credentials> supplier) {
		Future<?> slow = this.threads.schedule(this.timeout, this::warnOfSlowness);
		try {
			return Objects.requireNonNull(supplier.get(), "the supplier has given none");
		}
		catch (Throwable ex) {
			throw Status.UNAUTHENTICATED.withDescription("no credentials to be had").withCause(ex).asRuntimeException();
		}
		finally {
			if (slow.cancel(false)) {
				this.slow.set(false);
			}
		}
	}

	private void warnOfSlowness() {
		if (this.slow.compareAndSet(false, true)) {
			logger.warn(
					"User name and password for etcd were asked for {} s ago and are not there yet; "
							+ "calls that need them fail meanwhile, and go on when they come",
					this.timeout.toMillis() / 1000.0);
		}
	}

	private void logIn(Attempt attempt, Credentials credentials) {
		AuthenticateRequest request = AuthenticateRequest.newBuilder()
			.setName(credentials.username())
			.setPassword(credentials.password())
			.build();
		Future<?> guard = this.threads.answerIn(this.timeout.plusMillis(500), () -> attempt.end(null,
				Status.DEADLINE_EXCEEDED.withDescription("the login did not end").asRuntimeException()));
		attempt.token.whenComplete((token, error) -> guard.cancel(false));
		this.connections
			.call(AuthGrpc.getAuthenticateMethod(), request, NOBODY,
					Deadline.after(this.timeout.toNanos(), TimeUnit.NANOSECONDS))
			.thenApply(AuthenticateResponse::getToken)
			.exceptionally(Login::nobodyWhereAuthIsOff)
			.whenComplete(attempt::end);
	}

	private static String nobodyWhereAuthIsOff(Throwable error) {
		String text = Status.fromThrowable(error).getDescription();
		if (text != null && text.contains("authentication is not enabled")) {
			return NOBODY;
		}
		throw Status.fromThrowable(error).asRuntimeException();
	}

	/** Ends the login that is under way. */
	@Override
	public void close() {
		Attempt attempt = this.last.get();
		if (attempt != null) {
			attempt.end(null, Status.CANCELLED.withDescription("the client was closed").asRuntimeException());
		}
	}

	/** One login, and what came of it. */
	private static final class Attempt {

		private final CompletableFuture<String> token = new CompletableFuture<>();

		private volatile long endedAt;

		void end(@Nullable String token, @Nullable Throwable error) {
			if (this.token.isDone()) {
				return;
			}
			this.endedAt = System.nanoTime();
			if (error != null) {
				this.token.completeExceptionally(error);
			}
			else {
				this.token.complete((token != null) ? token : NOBODY);
			}
		}

		/** Whether this outcome is to be used, rather than that of another login. */
		boolean stands(@Nullable String refused) {
			if (!this.token.isDone()) {
				return true;
			}
			long age = System.nanoTime() - this.endedAt;
			if (this.token.isCompletedExceptionally()) {
				return age < REFUSAL_STANDS && !this.token.handle((token, error) -> Failure.unanswered(error)).join();
			}
			return age < TOKEN_STANDS || !this.token.join().equals(refused);
		}

	}

}
