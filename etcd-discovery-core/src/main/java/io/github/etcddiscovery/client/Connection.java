package io.github.etcddiscovery.client;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.SSLException;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;

/**
 * One jetcd client: its channel, the streams that are open on it, and since when it has
 * had no answer.
 */
final class Connection implements AutoCloseable {

	private static final int MAX_MESSAGE = 64 * 1024 * 1024;

	private static final long NEVER = Long.MAX_VALUE / 2;

	private final Client client;

	private final Channel channel;

	private final @Nullable TlsManagers tls;

	private final Set<BidiStream<?, ?>> streams = ConcurrentHashMap.newKeySet();

	private final AtomicReference<@Nullable Object> silence = new AtomicReference<>();

	private volatile long answeredAt;

	private Connection(Client client, Channel channel, @Nullable TlsManagers tls) {
		this.client = client;
		this.channel = channel;
		this.tls = tls;
		this.answeredAt = System.nanoTime() - NEVER;
	}

	/**
	 * Makes a connection; connects with the first call.
	 * @param settings how to connect
	 * @param endpoints where
	 * @param tls with what; null for plaintext
	 * @param customizer has the last word
	 * @return the connection
	 * @throws IllegalArgumentException if the settings cannot be right
	 */
	static Connection open(EtcdClientSettings settings, List<Endpoint> endpoints, @Nullable TlsManagers tls,
			EtcdClientCustomizer customizer) {
		ClientBuilder builder = Client.builder()
			.target(EndpointResolver.target(endpoints))
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
		Tap tap = new Tap();
		Client client = builder.interceptor(tap).build();
		return new Connection(client, tap.channelOf(client), tls);
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
	 * Notes that a call had no answer.
	 * @return a mark where this is the first one since the last answer, else null
	 */
	@Nullable Object unanswered() {
		this.answeredAt = System.nanoTime() - NEVER;
		Object mark = new Object();
		return this.silence.compareAndSet(null, mark) ? mark : null;
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

	/** Ends everything. Does not wait. */
	@Override
	public void close() {
		this.streams.forEach(BidiStream::connectionGivenUp);
		this.client.close();
	}

	/**
	 * Gets at the channel of a jetcd client, which jetcd hands out to interceptors only:
	 * jetcd's own calls log each failure, cannot share a login, and hang or lose events
	 * in ways that its stubs do not.
	 */
	private static final class Tap implements ClientInterceptor {

		private @Nullable Channel channel;

		Channel channelOf(Client client) {
			client.getClusterClient().listMember();
			if (this.channel == null) {
				client.close();
				throw new IllegalStateException("this version of jetcd makes calls without its interceptors");
			}
			return this.channel;
		}

		@Override
		public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
			this.channel = next;
			return new NoCall<>();
		}

	}

	/** A call that goes nowhere. */
	private static final class NoCall<Q, A> extends ClientCall<Q, A> {

		@Override
		public void start(Listener<A> listener, Metadata headers) {
		}

		@Override
		public void request(int messages) {
		}

		@Override
		public void cancel(@Nullable String message, @Nullable Throwable cause) {
		}

		@Override
		public void halfClose() {
		}

		@Override
		public void sendMessage(Q message) {
		}

	}

}
