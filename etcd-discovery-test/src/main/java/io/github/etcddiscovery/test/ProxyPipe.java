package io.github.etcddiscovery.test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One direction of one connection: bytes read, held back for as long as the lane says,
 * and written. Belongs to the proxy's thread.
 */
final class ProxyPipe {

	/** Beyond this the sender is made to wait, as by a full network. */
	private static final int MOST_QUEUED = 1 << 22;

	/** Enough for the header of a request between members. */
	private static final int HEAD = 2_048;

	private final SocketChannel from;

	private final SocketChannel to;

	private final ProxyLane lane;

	private final Deque<Chunk> queue = new ArrayDeque<>();

	private int queued;

	private boolean full;

	private boolean ended;

	private boolean endPassed;

	private boolean lost;

	private String head = "";

	ProxyPipe(SocketChannel from, SocketChannel to, ProxyLane lane) {
		this.from = from;
		this.to = to;
		this.lane = lane;
	}

	boolean wantsRead() {
		return !this.ended && this.queued < MOST_QUEUED;
	}

	void read(ByteBuffer buffer) throws IOException {
		buffer.clear();
		int count = this.from.read(buffer);
		if (count < 0) {
			this.ended = true;
			return;
		}
		byte[] bytes = new byte[count];
		buffer.flip().get(bytes);
		if (this.head.isEmpty()) {
			this.head = new String(bytes, 0, Math.min(count, HEAD), StandardCharsets.ISO_8859_1);
		}
		if (this.lane.mode() == ProxyLane.Mode.DROP) {
			this.lost |= count > 0;
			return;
		}
		this.queue.add(new Chunk(ByteBuffer.wrap(bytes), System.nanoTime() + this.lane.delayNanos()));
		this.queued += count;
	}

	/**
	 * Writes what is due.
	 * @throws IOException when the connection is broken, or has to be
	 */
	void write(long now) throws IOException {
		if (this.lane.mode() == ProxyLane.Mode.DROP) {
			this.lost |= !this.queue.isEmpty();
			this.queue.clear();
			this.queued = 0;
		}
		this.full = false;
		while (!this.full && nanosToWait(now) == 0) {
			if (writeSome(this.queue.element().bytes())) {
				this.queue.remove();
			}
			else {
				this.full = true;
			}
		}
		if (this.ended && this.queue.isEmpty() && !this.endPassed && this.lane.mode() == ProxyLane.Mode.PASS) {
			this.to.shutdownOutput();
			this.endPassed = true;
		}
	}

	/** Whether something due is left because the receiver takes no more. */
	boolean isFull() {
		return this.full;
	}

	private boolean writeSome(ByteBuffer bytes) throws IOException {
		int end = bytes.limit();
		bytes.limit(bytes.position() + (int) Math.min(bytes.remaining(), this.lane.budget()));
		int count = this.to.write(bytes);
		bytes.limit(end);
		this.queued -= count;
		this.lane.count(count);
		if (this.lane.budget() <= 0) {
			this.lane.budget(ProxyLane.UNLIMITED);
			throw new IOException("cut after the given number of bytes");
		}
		return !bytes.hasRemaining();
	}

	/**
	 * Time until {@link #write} has something to do by itself: 0 for now, a negative
	 * number for never, or not before the receiver takes more.
	 */
	long nanosToWait(long now) {
		if (this.full || this.queue.isEmpty() || this.lane.mode() != ProxyLane.Mode.PASS) {
			return -1;
		}
		return Math.max(0, this.queue.element().due() - now);
	}

	boolean isDone() {
		return this.endPassed;
	}

	/** The first bytes that came, as text; empty before. */
	String head() {
		return this.head;
	}

	/** Whether bytes were dropped, so that what follows would make no sense. */
	boolean hasLost() {
		return this.lost;
	}

	private record Chunk(ByteBuffer bytes, long due) {
	}

}
