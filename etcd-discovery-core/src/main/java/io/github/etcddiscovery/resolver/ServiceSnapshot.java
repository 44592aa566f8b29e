package io.github.etcddiscovery.resolver;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

import io.github.etcddiscovery.Instance;

/**
 * The complete set of instances of a service as it was at a revision. Immutable.
 *
 * @param service name of the service
 * @param revision newest revision of etcd that was known when this set came to be: never
 * lower than before unless etcd has lost data; 0 while nothing has been read
 * @param instances the instances, each address once, in the order of their keys; empty
 * where there is none
 * @param state whether the set has been read at all
 */
public record ServiceSnapshot(String service, long revision, List<Instance> instances, State state) {

	/** Copies what could be changed. */
	public ServiceSnapshot {
		instances = (instances instanceof Instances) ? instances : Instances.unregistered(instances);
	}

	/**
	 * Returns an instance with what is known of its registration. Not needed for plain
	 * resolving; may change.
	 * @param index position of the instance among {@link #instances()}
	 * @return the instance as it stands in the registry; of a snapshot that was made by
	 * hand, without lease and revision
	 * @throws IndexOutOfBoundsException if there are not so many
	 */
	public DiscoveredInstance discovered(int index) {
		return ((Instances) this.instances).discovered(index);
	}

	/**
	 * Whether a set has been read: an empty one is something else than an unknown one.
	 */
	public enum State {

		/**
		 * Not every layout that discovers has been read for this service, because it did
		 * not answer or has refused; the instances are those of the layouts that have.
		 */
		UNREAD,

		/** Every layout has been read, with instances or without. */
		READ

	}

	/**
	 * An immutable list on an array that nobody else has: made once for each snapshot,
	 * and not copied again.
	 */
	static final class Instances extends AbstractList<Instance> implements RandomAccess {

		/** The one empty list, so that two snapshots without instances show the same. */
		static final Instances NONE = new Instances(new DiscoveredInstance[0]);

		private final DiscoveredInstance[] instances;

		/**
		 * Takes an array over.
		 * @param instances the instances; not to be touched by the caller any more
		 */
		Instances(DiscoveredInstance[] instances) {
			this.instances = instances;
		}

		private static Instances unregistered(List<Instance> instances) {
			return instances.isEmpty() ? NONE
					: new Instances(List.copyOf(instances)
						.stream()
						.map(DiscoveredInstance::unregistered)
						.toArray(DiscoveredInstance[]::new));
		}

		DiscoveredInstance discovered(int index) {
			return this.instances[index];
		}

		@Override
		public Instance get(int index) {
			return this.instances[index].instance();
		}

		@Override
		public int size() {
			return this.instances.length;
		}

		/** Without an iterator: lists are copied where they are mapped. */
		@Override
		public Object[] toArray() {
			Object[] copy = new Object[this.instances.length];
			for (int i = 0; i < copy.length; i++) {
				copy[i] = get(i);
			}
			return copy;
		}

	}

}
