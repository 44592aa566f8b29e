package io.github.etcddiscovery.guard;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Asks etcd whether a lease is still alive whose key was deleted: then somebody deleted
 * the key, as who leaves does, and it was not the end of the lease. No answer within half
 * a second is no goodbye. Confined to the loop's thread. Not part of the API that users
 * write against; may change.
 */
public final class Goodbyes {

	private static final Duration PATIENCE = Duration.ofMillis(500);

	/** So many questions are under way at most; the others have to wait. */
	private static final int AT_ONCE = 100;

	private final EtcdClient client;

	private final EventLoop loop;

	/** Questions that are not answered, by lease. */
	private final Map<Long, Question> open = new HashMap<>();

	private final Queue<Question> waiting = new ArrayDeque<>();

	private int underWay;

	/**
	 * Prepares.
	 * @param client is asked for leases
	 * @param loop on whose thread everything happens
	 */
	public Goodbyes(EtcdClient client, EventLoop loop) {
		this.client = client;
		this.loop = loop;
	}

	/**
	 * Asks for a lease.
	 * @param lease its id
	 * @param told is told later, once, whether it is known to be alive
	 */
	public void ask(long lease, Consumer<Boolean> told) {
		Question question = this.open.get(lease);
		if (question == null) {
			Question next = new Question(lease, new ArrayList<>());
			this.loop.schedule(PATIENCE, () -> end(next, false));
			this.waiting.add(next);
			this.open.put(lease, next);
			this.loop.execute(this::begin);
			question = next;
		}
		question.told().add(told);
	}

	private void begin() {
		while (this.underWay < AT_ONCE && !this.waiting.isEmpty()) {
			Question next = this.waiting.remove();
			if (next.equals(this.open.get(next.lease()))) {
				this.underWay++;
				this.loop.ask(() -> this.client.leaseKeys(next.lease()), this.client.requestTimeout().plus(PATIENCE),
						(answer, failure) -> answered(next, answer));
			}
		}
	}

	/** Whether the question is still open or not, there is room for another one. */
	private void answered(Question question, @Nullable LeaseKeys answer) {
		this.underWay--;
		end(question, answer != null && answer.exists() && !answer.left().isZero() && !answer.left().isNegative());
		begin();
	}

	private void end(Question question, boolean alive) {
		if (this.open.remove(question.lease(), question)) {
			question.told().forEach((told) -> told.accept(alive));
		}
	}

	/**
	 * A lease that is asked for.
	 *
	 * @param lease its id
	 * @param told whoever wants to know
	 */
	private record Question(long lease, List<Consumer<Boolean>> told) {

		/** Each is another one, though it be for the same lease. */
		@Override
		public boolean equals(@Nullable Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return Long.hashCode(this.lease);
		}

	}

}
