package io.github.etcddiscovery.client.jetcd;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Which watch etcd means on one stream: in answers to creates by their order, in all else
 * by the id that it has given.
 */
final class WatchIds {

	/** Watches that etcd has not answered, in the order in which they were asked for. */
	private final Queue<SharedWatch> unanswered = new ArrayDeque<>();

	private final Map<Long, SharedWatch> confirmed = new HashMap<>();

	void ask(SharedWatch watch) {
		this.unanswered.add(watch);
	}

	/**
	 * Takes the watch that the next answer to a create is about.
	 * @return the watch, which can be over by now; null where none was asked for
	 */
	@Nullable SharedWatch nextAnswered() {
		return this.unanswered.poll();
	}

	void confirm(SharedWatch watch, long id) {
		watch.id = id;
		this.confirmed.put(id, watch);
	}

	/**
	 * Finds a watch.
	 * @param id what etcd calls it
	 * @return the watch, or null where it has gone
	 */
	@Nullable SharedWatch get(long id) {
		return this.confirmed.get(id);
	}

	/**
	 * Forgets the id of a watch.
	 * @param watch a watch that was confirmed
	 */
	void remove(SharedWatch watch) {
		this.confirmed.remove(watch.id);
	}

	List<SharedWatch> confirmed() {
		return List.copyOf(this.confirmed.values());
	}

	List<SharedWatch> unanswered() {
		return List.copyOf(this.unanswered);
	}

	int confirmedCount() {
		return this.confirmed.size();
	}

	/**
	 * Tells whether no watch is left that anybody wants.
	 * @return whether those that etcd has not answered are all over
	 */
	boolean noneIsLeft() {
		return this.confirmed.isEmpty() && this.unanswered.stream().allMatch(SharedWatch::isOver);
	}

	/**
	 * Returns one of the watches.
	 * @return whichever it is
	 */
	SharedWatch any() {
		return Stream.concat(this.confirmed.values().stream(), this.unanswered.stream()).findFirst().orElseThrow();
	}

	boolean beginsAbove(long revision) {
		return this.confirmed.values().stream().anyMatch((watch) -> watch.fromRevision() > revision);
	}

}
