package io.github.etcddiscovery.benchmarks;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;

/**
 * A proxy that reads the frames of HTTP/2 that it passes on, and knows which streams are
 * open and what they are for.
 */
final class FrameCounter implements AutoCloseable {

	private static final int PREFACE = 24;

	private static final int HEAD = 9;

	private static final int DATA = 0;

	private static final int HEADERS = 1;

	private static final int RST_STREAM = 3;

	private static final int END_STREAM = 1;

	private static final int PADDED = 8;

	private static final int PRIORITY = 32;

	private final ServerSocket server;

	private final URI target;

	private final AtomicInteger connections = new AtomicInteger();

	/** Paths by connection and stream. */
	private final Map<String, String> open = new ConcurrentHashMap<>();

	private final AtomicInteger most = new AtomicInteger();

	FrameCounter(String target) throws IOException {
		this.target = URI.create(target);
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::accept);
	}

	String endpoint() {
		return "http://127.0.0.1:" + this.server.getLocalPort();
	}

	int connections() {
		return this.connections.get();
	}

	/** How many streams have been open at the same time at most. */
	int most() {
		return this.most.get();
	}

	/** How many streams are open now, by the path of their call. */
	Map<String, Integer> open() {
		Map<String, Integer> open = new TreeMap<>();
		this.open.values().forEach((path) -> open.merge(path, 1, Integer::sum));
		return open;
	}

	private void accept() throws IOException {
		while (!this.server.isClosed()) {
			Socket client = this.server.accept();
			Socket etcd = new Socket(this.target.getHost(), this.target.getPort());
			String connection = this.connections.incrementAndGet() + "/";
			client.setTcpNoDelay(true);
			etcd.setTcpNoDelay(true);
			start(() -> pass(client, etcd, PREFACE, new ClientFrames(connection)));
			start(() -> pass(etcd, client, 0, new ServerFrames(connection)));
		}
	}

	private interface Frames {

		void frame(int type, int flags, int stream, ByteBuf content) throws Http2Exception;

	}

	private interface Work {

		void run() throws IOException;

	}

	private static void start(Work work) {
		Thread thread = new Thread(() -> {
			try {
				work.run();
			}
			catch (IOException ex) {
				// One side has gone.
			}
		}, "frame-counter");
		thread.setDaemon(true);
		thread.start();
	}

	private static void pass(Socket from, Socket to, int preface, Frames frames) throws IOException {
		try (from; to) {
			DataInputStream in = new DataInputStream(from.getInputStream());
			OutputStream out = to.getOutputStream();
			out.write(in.readNBytes(preface));
			byte[] head = in.readNBytes(HEAD);
			while (head.length == HEAD) {
				ByteBuf fields = Unpooled.wrappedBuffer(head);
				byte[] content = in.readNBytes(fields.readUnsignedMedium());
				frames.frame(fields.readUnsignedByte(), fields.readUnsignedByte(), fields.readInt(),
						Unpooled.wrappedBuffer(content));
				out.write(head);
				out.write(content);
				head = in.readNBytes(HEAD);
			}
		}
		catch (Http2Exception ex) {
			throw new IOException(ex);
		}
	}

	/** Opens streams, and gives them up. */
	private final class ClientFrames implements Frames {

		private final String connection;

		private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

		ClientFrames(String connection) {
			this.connection = connection;
		}

		@Override
		public void frame(int type, int flags, int stream, ByteBuf content) throws Http2Exception {
			if (type == HEADERS) {
				int padding = ((flags & PADDED) != 0) ? content.readUnsignedByte() : 0;
				content.skipBytes(((flags & PRIORITY) != 0) ? 5 : 0);
				ByteBuf block = content.slice(content.readerIndex(), content.readableBytes() - padding);
				FrameCounter.this.open.put(this.connection + stream,
						String.valueOf(this.decoder.decodeHeaders(stream, block).path()));
				FrameCounter.this.most.accumulateAndGet(FrameCounter.this.open.size(), Math::max);
			}
			else if (type == RST_STREAM) {
				FrameCounter.this.open.remove(this.connection + stream);
			}
		}

	}

	/** Ends streams. */
	private final class ServerFrames implements Frames {

		private final String connection;

		ServerFrames(String connection) {
			this.connection = connection;
		}

		@Override
		public void frame(int type, int flags, int stream, ByteBuf content) {
			boolean last = (type == HEADERS || type == DATA) && (flags & END_STREAM) != 0;
			if (last || type == RST_STREAM) {
				FrameCounter.this.open.remove(this.connection + stream);
			}
		}

	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

}
