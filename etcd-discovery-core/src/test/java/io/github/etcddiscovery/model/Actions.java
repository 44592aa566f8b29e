package io.github.etcddiscovery.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What can happen next in a random schedule: actions with names and weights, from which a
 * seed draws. One with weight 2 is drawn twice as often as one with weight 1.
 */
public final class Actions {

	private final List<Action> actions = new ArrayList<>();

	private int weights;

	/** Adds an action that leaves nothing to chance. */
	public Actions add(int weight, String name, Runnable action) {
		return add(weight, name, (random) -> action.run());
	}

	/** Adds an action that draws what it needs from the same seed. */
	public Actions add(int weight, String name, Consumer<Random> action) {
		this.actions.add(new Action(weight, name, action));
		this.weights += weight;
		return this;
	}

	/** Adds all actions of another list. */
	public Actions addAll(Actions others) {
		others.actions.forEach((action) -> add(action.weight(), action.name(), action.task()));
		return this;
	}

	/** Returns the names of all that can happen. */
	public Set<String> names() {
		return this.actions.stream().map(Action::name).collect(Collectors.toSet());
	}

	/**
	 * Lets one happen.
	 * @param random decides which one
	 * @return its name, for the message of a schedule that fails
	 */
	public String next(Random random) {
		int drawn = random.nextInt(this.weights);
		for (Action action : this.actions) {
			drawn -= action.weight();
			if (drawn < 0) {
				action.task().accept(random);
				return action.name();
			}
		}
		throw new IllegalStateException("no action");
	}

	private record Action(int weight, String name, Consumer<Random> task) {

	}

}
