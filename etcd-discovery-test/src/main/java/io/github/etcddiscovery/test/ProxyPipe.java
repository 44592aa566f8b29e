package io.github.etcddiscovery.test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One direction of one connection: bytes read, held back for as long as the lane says,
 * and written. Belongs to the proxy's thread.
 */
final class ProxyPipe {

	/** Beyond this the sender is made to wait, as by a full network. */
	private static final int MOST_QUEUED = 1 << 20;

	private final SocketChannel from;

	private final SocketChannel to;

	private final ProxyLane lane;

	private final Deque<Chunk> queue = new ArrayDeque<>();

	private int queued;

	private boolean ended;

	private boolean endPassed;

	private boolean lost;

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
		if (this.lane.mode() == ProxyLane.Mode.DROP) {
			this.lost |= count > 0;
			return;
		}
		byte[] bytes = new byte[count];
		buffer.flip().get(bytes);
		this.queue.add(new Chunk(ByteBuffer.wrap(bytes), System.nanoTime() + this.lane.delayNanos()));
		this.queued += count;
	}

	/**
	 * Writes what is due.
	 * @return whether something due is left because the receiver does not take more
	 * @throws IOException when the connection is broken, or has to be
	 */
	boolean write(long now) throws IOException {
		if (this.lane.mode() == ProxyLane.Mode.DROP) {
			this.lost |= !this.queue.isEmpty();
			this.queue.clear();
			this.queued = 0;
		}
		while (nanosToWait(now) == 0) {
			if (!writeSome(this.queue.element().bytes())) {
				return true;
			}
			this.queue.remove();
		}
		if (this.ended && this.queue.isEmpty() && !this.endPassed && this.lane.mode() == ProxyLane.Mode.PASS) {
			this.to.shutdownOutput();
			this.endPassed = true;
		}
		return false;
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

	/** Time until the next bytes are due: 0 for now, a negative number for never. */
	long nanosToWait(long now) {
		if (this.queue.isEmpty() || this.lane.mode() != ProxyLane.Mode.PASS) {
			return -1;
		}
		return Math.max(0, this.queue.element().due() - now);
	}

	boolean isDone() {
		return this.endPassed;
	}

	/** Whether bytes were dropped, so that what follows would make no sense. */
	boolean hasLost() {
		return this.lost;
	}

	private record Chunk(ByteBuffer bytes, long due) {
	}

}
