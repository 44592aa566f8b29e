package io.github.etcddiscovery.probe;

import java.io.IOException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all questions of a probe, on one thread. Whatever ends it, everybody who waits is
 * answered.
 */
final class ProbeThread implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(TcpProbe.class);

	/** So many connections are open at most. */
	static final int OPEN = 64;

	/** So many threads look names up at most. */
	private static final int LOOKING_UP = 16;

	/** Longer than resolvers of names try. One that hangs keeps its place for so long. */
	private static final Duration LONGEST_LOOKUP = Duration.ofSeconds(30);

	private final TcpProbe probe;

	private final Executor lookups;

	private final Duration patience;

	private volatile @Nullable Selector selector;

	/** Names that wait for one of the threads. */
	private final Queue<Question> named = new ArrayDeque<>();

	/** Names that are being looked up. */
	private final Queue<Question> lookingUp = new ArrayDeque<>(LOOKING_UP + 1);

	/** Questions that wait for one of the connections. */
	private final Queue<Question> ready = new ArrayDeque<>();

	/** Questions whose connection is under way. */
	private final Queue<Question> connecting = new ArrayDeque<>(OPEN + 1);

	/**
	 * Prepares.
	 * @param probe has the questions, and is told of the end
	 * @param lookups runs the lookups of names
	 * @param patience how long a connection may take
	 */
	ProbeThread(TcpProbe probe, Executor lookups, Duration patience) {
		this.probe = probe;
		this.lookups = lookups;
		this.patience = patience;
	}

	/** There is something to see to. For any thread. */
	void wakeUp() {
		Selector present = this.selector;
		if (present != null) {
			present.wakeup();
		}
	}

	@Override
	public void run() {
		try {
			askUntilClosed();
		}
		catch (Throwable ex) {
			logger.debug("Addresses cannot be probed at present", ex);
		}
		finally {
			giveUp(this.named);
			giveUp(this.lookingUp);
			giveUp(this.ready);
			giveUp(this.connecting);
			this.probe.ended(this);
		}
	}

	/** First the selector: whoever has asked before there was one need not wake it up. */
	private void askUntilClosed() throws IOException {
		try (Selector opened = Selector.open()) {
			this.selector = opened;
			while (!this.probe.isClosed()) {
				takeArrived();
				beginLookups();
				endLookups();
				connect(opened);
				opened.select(millisUntilSomethingIsLate());
				endConnections(opened);
				opened.selectedKeys().clear();
			}
		}
	}

	private void takeArrived() {
		for (Question next = this.probe.next(); next != null; next = this.probe.next()) {
			try {
				(next.isResolved() ? this.ready : this.named).add(next);
			}
			catch (Throwable ex) {
				next.answer(Answer.FAILED_HERE);
			}
		}
	}

	private void beginLookups() {
		while (this.lookingUp.size() < LOOKING_UP && !this.named.isEmpty()) {
			Question next = this.named.remove();
			try {
				next.mayTake(LONGEST_LOOKUP);
				this.lookups.execute(() -> {
					next.lookUp();
					wakeUp();
				});
				this.lookingUp.add(next);
			}
			catch (Throwable ex) {
				next.answer(Answer.FAILED_HERE);
			}
		}
	}

	private void endLookups() {
		for (int i = this.lookingUp.size(); i > 0; i--) {
			Question next = this.lookingUp.remove();
			try {
				if (next.isResolved()) {
					this.ready.add(next);
				}
				else if (next.isLate()) {
					next.answer(Answer.FAILED_HERE);
				}
				else {
					this.lookingUp.add(next);
				}
			}
			catch (Throwable ex) {
				next.answer(Answer.FAILED_HERE);
			}
		}
	}

	private void connect(Selector opened) {
		while (this.connecting.size() < OPEN && !this.ready.isEmpty()) {
			Question next = this.ready.remove();
			next.mayTake(this.patience);
			answerOrKeep(next, next.connect(opened));
		}
	}

	private void endConnections(Selector opened) {
		for (int i = this.connecting.size(); i > 0; i--) {
			Question next = this.connecting.remove();
			answerOrKeep(next, next.goOn(opened));
		}
	}

	private void answerOrKeep(Question question, @Nullable Answer answer) {
		if (answer != null) {
			question.answer(answer);
		}
		else {
			this.connecting.add(question);
		}
	}

	/** Returns 0, for as long as it takes, where nothing is under way. */
	private long millisUntilSomethingIsLate() {
		long least = Long.MAX_VALUE;
		for (Question next : this.lookingUp) {
			least = Math.min(least, next.millisLeft());
		}
		for (Question next : this.connecting) {
			least = Math.min(least, next.millisLeft());
		}
		return (least != Long.MAX_VALUE) ? Math.max(1, least) : 0;
	}

	private static void giveUp(Queue<Question> questions) {
		for (Question next = questions.poll(); next != null; next = questions.poll()) {
			next.disconnect();
			next.answer(Answer.FAILED_HERE);
		}
	}

}
