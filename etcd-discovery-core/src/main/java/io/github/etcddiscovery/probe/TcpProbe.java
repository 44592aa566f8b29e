package io.github.etcddiscovery.probe;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Asks whether an address accepts a TCP connection within a second; nothing is sent, and
 * the connection is closed at once. One daemon thread, begun at the first question, does
 * it without blocking: at most 64 connections are open, other questions wait for their
 * turn.
 * <p>
 * Every question is answered once. Where the thread cannot begin or breaks off, for want
 * of memory perhaps, those that wait are answered by {@link Answer#FAILED_HERE}, and the
 * next question begins it anew. Safe for use by many threads. Not part of the API that
 * users write against; may change.
 */
public final class TcpProbe implements AutoCloseable {

	/** How long a connection may take. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final ThreadFactory threads;

	private final Executor lookups;

	private final Duration patience;

	/** Those that the thread has not seen yet. */
	private final Queue<Question> arrived = new ConcurrentLinkedQueue<>();

	private final AtomicReference<@Nullable ProbeThread> thread = new AtomicReference<>();

	private volatile boolean closed;

	/**
	 * Prepares; nothing is begun.
	 * @param name name of the thread
	 * @param lookups runs the lookups of host names, which block
	 */
	public TcpProbe(String name, Executor lookups) {
		this((task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		}, lookups, PATIENCE);
	}

	TcpProbe(ThreadFactory threads, Executor lookups, Duration patience) {
		this.threads = threads;
		this.lookups = lookups;
		this.patience = patience;
	}

	/**
	 * Asks an address. Returns at once.
	 * @param host IP address, IPv6 with or without brackets, or name; of a name with
	 * several addresses the first one that accepts counts
	 * @param port the port
	 * @param told is told the answer, once, on the probe's thread (on the caller's where
	 * there is none), and has to return at once
	 */
	public void ask(String host, int port, Consumer<Answer> told) {
		this.arrived.add(new Question(host, port, told));
		if (this.closed) {
			giveUp();
		}
		else if (this.thread.get() == null) {
			begin();
		}
		else {
			wakeUp();
		}
	}

	private void begin() {
		ProbeThread next = null;
		try {
			next = new ProbeThread(this, this.lookups, this.patience);
			if (this.thread.compareAndSet(null, next)) {
				this.threads.newThread(next).start();
			}
			else {
				wakeUp();
			}
		}
		catch (Throwable noThread) {
			ended(next);
		}
	}

	private void wakeUp() {
		ProbeThread present = this.thread.get();
		if (present != null) {
			present.wakeUp();
		}
	}

	/** Returns the next question that has arrived, or null. */
	@Nullable Question next() {
		return this.arrived.poll();
	}

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * A thread is over, or has not begun. In this order: a question that finds no thread
	 * begins one, and any other is given up here.
	 */
	void ended(@Nullable ProbeThread over) {
		this.thread.compareAndSet(over, null);
		giveUp();
	}

	private void giveUp() {
		for (Question question = next(); question != null; question = next()) {
			question.answer(Answer.FAILED_HERE);
		}
	}

	/**
	 * Closes all connections and ends the thread, which is not waited for. Whoever waits
	 * for an answer, or asks after this, is told {@link Answer#FAILED_HERE}. Can be
	 * called twice.
	 */
	@Override
	public void close() {
		this.closed = true;
		wakeUp();
	}

	/**
	 * What has come of a question.
	 */
	public enum Answer {

		/** A connection was accepted. */
		ACCEPTED,

		/** The host has refused a connection: nobody listens there. */
		REFUSED,

		/** No connection came about in time, or the host is known not to be there. */
		NO_ANSWER,

		/**
		 * It could not be asked: a name that is not resolved, no network, no port, no
		 * descriptor, no memory, or the probe was closed. Says nothing of the address.
		 */
		FAILED_HERE

	}

}
