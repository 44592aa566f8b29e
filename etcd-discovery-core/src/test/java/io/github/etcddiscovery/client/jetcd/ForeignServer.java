package io.github.etcddiscovery.client.jetcd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;

/** Speaks gRPC, but is no etcd: ends every call with the same status. */
public final class ForeignServer implements AutoCloseable {

	private final AtomicInteger answered = new AtomicInteger();

	private final Server server;

	private ForeignServer(Status answer, boolean onceAsked) throws IOException {
		this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
			.fallbackHandlerRegistry(new HandlerRegistry() {

				@Override
				public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
					return answering(name, answer, onceAsked);
				}

			})
			.build()
			.start();
	}

	/**
	 * Starts one.
	 * @param answer how it ends every call
	 * @return the server
	 * @throws IOException if there is no port for it
	 */
	public static ForeignServer answering(Status answer) throws IOException {
		return new ForeignServer(answer, false);
	}

	/**
	 * Starts one that keeps a stream open until something is asked on it.
	 * @param answer how it ends every call then
	 * @return the server
	 * @throws IOException if there is no port for it
	 */
	static ForeignServer answeringOnceAsked(Status answer) throws IOException {
		return new ForeignServer(answer, true);
	}

	/**
	 * Names it as an endpoint.
	 * @return host and port
	 */
	public String endpoint() {
		return "127.0.0.1:" + this.server.getPort();
	}

	/**
	 * Counts.
	 * @return how often it was asked
	 */
	public int answered() {
		return this.answered.get();
	}

	private ServerMethodDefinition<byte[], byte[]> answering(String method, Status answer, boolean onceAsked) {
		MethodDescriptor<byte[], byte[]> any = MethodDescriptor.<byte[], byte[]>newBuilder()
			.setType(MethodDescriptor.MethodType.UNKNOWN)
			.setFullMethodName(method)
			.setRequestMarshaller(new Anything())
			.setResponseMarshaller(new Anything())
			.build();
		return ServerMethodDefinition.create(any, (call, headers) -> {
			this.answered.incrementAndGet();
			if (onceAsked) {
				call.request(1);
			}
			else {
				call.close(answer, new Metadata());
			}
			return new ServerCall.Listener<byte[]>() {

				@Override
				public void onMessage(byte[] asked) {
					if (onceAsked) {
						call.close(answer, new Metadata());
					}
				}

			};
		});
	}

	@Override
	public void close() {
		this.server.shutdownNow();
	}

	private static final class Anything implements MethodDescriptor.Marshaller<byte[]> {

		@Override
		public InputStream stream(byte[] value) {
			return new ByteArrayInputStream(value);
		}

		@Override
		public byte[] parse(InputStream stream) {
			return new byte[0];
		}

	}

}
