package io.github.etcddiscovery.resolver;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

import io.github.etcddiscovery.Instance;

/**
 * An immutable list on an array that nobody else has: made once for each snapshot, and
 * not copied again.
 */
final class InstanceList extends AbstractList<Instance> implements RandomAccess {

	private final Instance[] instances;

	private InstanceList(Instance[] instances) {
		this.instances = instances;
	}

	/**
	 * Takes an array over.
	 * @param instances the instances; not to be touched by the caller any more
	 */
	static List<Instance> of(Instance[] instances) {
		return (instances.length > 0) ? new InstanceList(instances) : List.of();
	}

	/** Returns a list that cannot be changed: the same where it is one already. */
	static List<Instance> copyOf(List<Instance> instances) {
		return (instances instanceof InstanceList) ? instances : List.copyOf(instances);
	}

	@Override
	public Instance get(int index) {
		return this.instances[index];
	}

	@Override
	public int size() {
		return this.instances.length;
	}

	@Override
	public Object[] toArray() {
		Object[] copy = new Object[this.instances.length];
		System.arraycopy(this.instances, 0, copy, 0, copy.length);
		return copy;
	}

}
