package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.stub.ClientCalls;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;

import io.github.etcddiscovery.client.EtcdClientCustomizer;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.TlsManagers;
import io.github.etcddiscovery.client.jetcd.AnswerCheck.Identity;

/**
 * One jetcd client: its channel, the streams that are open on it, and since when it has
 * had no answer.
 */
final class Connection implements AutoCloseable {

	private static final int MAX_MESSAGE = 64 * 1024 * 1024;

	private static final Duration IDENTITY = Duration.ofSeconds(2);

	private static final long NEVER = Long.MAX_VALUE / 2;

	private final Client client;

	private final String target;

	private final Channel channel;

	private final int maxMessage;

	private final @Nullable TlsManagers tls;

	private final Set<BidiStream<?, ?>> streams = ConcurrentHashMap.newKeySet();

	private final AtomicReference<@Nullable Object> silence = new AtomicReference<>();

	private final AtomicReference<@Nullable CompletableFuture<Boolean>> proof = new AtomicReference<>();

	private volatile long answeredAt;

	private Connection(Client client, String target, Channel channel, int maxMessage, @Nullable TlsManagers tls) {
		this.maxMessage = maxMessage;
		this.client = client;
		this.target = target;
		this.channel = channel;
		this.tls = tls;
		this.answeredAt = System.nanoTime() - NEVER;
	}

	/**
	 * Makes a connection; connects with the first call.
	 * @param settings how to connect
	 * @param addresses where
	 * @param tls with what; null for plaintext
	 * @param customizer has the last word
	 * @param interceptors see every call and stream
	 * @return the connection
	 * @throws IllegalArgumentException if the settings cannot be right
	 */
	static Connection open(EtcdClientSettings settings, Addresses addresses, @Nullable TlsManagers tls,
			EtcdClientCustomizer customizer, ClientInterceptor... interceptors) {
		String target = EndpointResolver.target(addresses);
		try {
			ClientBuilder builder = Client.builder()
				.target(target)
				.authority(settings.authority())
				.connectTimeout(settings.connectTimeout())
				.keepaliveTime(Duration.ofSeconds(10)) // gRPC's least
				.keepaliveTimeout(Duration.ofSeconds(3))
				.keepaliveWithoutCalls(false) // else etcd answers too_many_pings
				.maxInboundMessageSize(MAX_MESSAGE)
				.sslContext((tls != null) ? sslContext(tls) : null);
			customizer.customize(builder);
			if (!ByteSequence.EMPTY.equals(builder.namespace())) {
				throw new IllegalArgumentException("customizer: a namespace is not supported (use prefixes)");
			}
			Integer maxMessage = builder.maxInboundMessageSize();
			Tap tap = new Tap();
			Client client = builder.interceptor(tap).build();
			return new Connection(client, target, ClientInterceptors.intercept(tap.channelOf(client), interceptors),
					(maxMessage != null) ? maxMessage : MAX_MESSAGE, tls);
		}
		catch (Throwable ex) {
			EndpointResolver.forget(target);
			throw ex;
		}
	}

	private static SslContext sslContext(TlsManagers tls) {
		SslContextBuilder builder = SslContextBuilder.forClient().protocols("TLSv1.3", "TLSv1.2");
		if (tls.keyManagers() != null) {
			builder.keyManager(tls.keyManagers());
		}
		if (tls.trustManagers() != null) {
			builder.trustManager(tls.trustManagers());
		}
		try {
			return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
		}
		catch (SSLException ex) {
			throw new IllegalArgumentException("tls: no TLS context can be made of " + tls + ": " + ex.getMessage(),
					ex);
		}
	}

	Channel channel() {
		return this.channel;
	}

	/**
	 * Keeps to the size that a customizer allows, where it is less.
	 * @param options of one call
	 * @return options of the same call
	 */
	CallOptions limited(CallOptions options) {
		Integer size = options.getMaxInboundMessageSize();
		return (size == null) ? options : options.withMaxInboundMessageSize(Math.min(size, this.maxMessage));
	}

	/**
	 * Asks who answers here, by a watch: etcd says in its answer which cluster it is, to
	 * everybody, be it that the watch is refused. All else it refuses without saying so.
	 * @param answers where it is answered
	 * @return who; never fails
	 */
	CompletableFuture<Identity> identity(Executor answers) {
		CallOptions options = CallOptions.DEFAULT.withExecutor(answers)
			.withDeadlineAfter(IDENTITY.toNanos(), TimeUnit.NANOSECONDS);
		Connections.Answer<WatchResponse> answer = new Connections.Answer<>();
		ClientCall<WatchRequest, WatchResponse> call;
		try {
			call = this.channel.newCall(WatchGrpc.getWatchMethod(), options);
			ClientCalls.asyncBidiStreamingCall(call, answer).onNext(Messages.ANY_WATCH);
		}
		catch (Throwable ex) { // of an interceptor of a user
			return CompletableFuture.completedFuture(Identity.of(ex));
		}
		return answer.future.thenApply((watch) -> Identity.of(Messages.cluster(watch)))
			.exceptionally(Identity::of)
			.whenComplete((identity, none) -> BidiStream.cancel(call, "it is known who answers"));
	}

	@Nullable TlsManagers tls() {
		return this.tls;
	}

	/**
	 * Notes that etcd has answered.
	 */
	void answered() {
		this.answeredAt = System.nanoTime();
		this.silence.set(null);
	}

	/**
	 * Notes that something came on a stream that was open before. The connection is of
	 * use then; it does not say that a call would get through.
	 */
	void heard() {
		if (this.silence.get() != null) {
			this.silence.set(null);
		}
	}

	/**
	 * Notes that a call had no answer. Where this is the first one since the last answer,
	 * that is looked into later.
	 * @param timer runs something later
	 * @param connecting where it is looked into then
	 * @param look is given a mark, see {@link #silentSince}
	 */
	void unanswered(Executor timer, Executor connecting, Consumer<Object> look) {
		this.answeredAt = System.nanoTime() - NEVER;
		Object mark = new Object();
		Runnable lookIntoIt = () -> look.accept(mark);
		Runnable waited = () -> handOver(mark, connecting, lookIntoIt);
		if (this.silence.compareAndSet(null, mark)) {
			handOver(mark, timer, waited);
		}
	}

	/** Where there is no memory, the next call without an answer tries again. */
	private void handOver(Object mark, Executor executor, Runnable task) {
		try {
			executor.execute(task);
		}
		catch (Throwable ex) {
			forgetSilence(mark);
		}
	}

	/**
	 * Waits for the proof that etcd answers: one at a time serves all who need it.
	 * @param question begins a proof
	 * @return the proof that is under way
	 */
	CompletableFuture<Boolean> provedBy(Supplier<CompletableFuture<Boolean>> question) {
		CompletableFuture<Supplier<CompletableFuture<Boolean>>> asked = new CompletableFuture<>();
		// A stage, which fails with whatever is thrown: others wait for it.
		CompletableFuture<Boolean> mine = asked.thenCompose(Supplier::get)
			.whenComplete((proved, error) -> this.proof.set(null));
		CompletableFuture<Boolean> other = this.proof.compareAndExchange(null, mine);
		if (other != null) {
			return other;
		}
		asked.complete(question);
		return mine;
	}

	/**
	 * Tells whether all is well as far as we know.
	 * @param age how old the last answer may be
	 * @return whether there was one and every call since had one
	 */
	boolean answeredWithin(Duration age) {
		return this.silence.get() == null && System.nanoTime() - this.answeredAt < age.toNanos();
	}

	/**
	 * Tells whether there was no answer since a mark was given out.
	 * @param mark the mark
	 * @return whether there was none
	 */
	boolean silentSince(Object mark) {
		return this.silence.get() == mark;
	}

	/**
	 * Begins to wait for the next call without an answer, which is not to say that there
	 * was an answer.
	 * @param mark the mark whose time is over
	 */
	void forgetSilence(Object mark) {
		this.silence.compareAndSet(mark, null);
	}

	/**
	 * Remembers a stream that has to end with this connection.
	 * @param stream the stream
	 */
	void opened(BidiStream<?, ?> stream) {
		this.streams.add(stream);
	}

	/**
	 * Forgets a stream that has ended.
	 * @param stream the stream
	 */
	void ended(BidiStream<?, ?> stream) {
		this.streams.remove(stream);
	}

	/** Ends streams that begin anew on another connection; calls go on. */
	void endReplaceable() {
		this.streams.stream().filter((stream) -> !stream.outlivesReplacement()).forEach(BidiStream::connectionGivenUp);
	}

	/** Ends all streams; calls go on. */
	void endStreams() {
		this.streams.forEach(BidiStream::connectionGivenUp);
	}

	/** Ends everything. Does not wait. */
	@Override
	public void close() {
		endStreams();
		this.client.close();
		EndpointResolver.forget(this.target);
	}

}
