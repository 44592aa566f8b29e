package io.github.etcddiscovery.spring;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.RandomAccess;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import io.github.etcddiscovery.resolver.DiscoveredInstance;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * A snapshot of core as Spring Cloud sees it, and how to draw one of its instances by
 * weight: whoever is handed this very list needs not look at its elements. Made once for
 * each snapshot; immutable. Not part of the API that users write against; may change.
 */
public final class EtcdInstanceList extends AbstractList<ServiceInstance> implements RandomAccess {

	private final ServiceSnapshot snapshot;

	private final EtcdServiceInstance[] instances;

	/** Null where all weights are the same, so that there is nothing to draw. */
	private final @Nullable WeightTable weights;

	private EtcdInstanceList(ServiceSnapshot snapshot, EtcdServiceInstance[] instances) {
		this.snapshot = snapshot;
		this.instances = instances;
		this.weights = WeightTable.of(Arrays.stream(instances).mapToInt(EtcdServiceInstance::weight).toArray());
	}

	/**
	 * Maps a snapshot.
	 * @param serviceId the name that the service was asked for by, an alias perhaps
	 * @param snapshot the snapshot
	 * @return the list
	 */
	public static EtcdInstanceList of(String serviceId, ServiceSnapshot snapshot) {
		return new EtcdInstanceList(snapshot,
				IntStream.range(0, snapshot.instances().size())
					.mapToObj((index) -> new EtcdServiceInstance(serviceId, snapshot.discovered(index)))
					.toArray(EtcdServiceInstance[]::new));
	}

	/**
	 * Maps a later snapshot of the same service: of what core has not changed, the
	 * objects are the same as in this list.
	 * @param serviceId the name that the service was asked for by
	 * @param later the snapshot
	 * @return the list
	 */
	public EtcdInstanceList next(String serviceId, ServiceSnapshot later) {
		int size = later.instances().size();
		int shorter = Math.min(this.instances.length, size);
		int head = 0;
		while (head < shorter && isOf(this.instances[head], later.discovered(head))) {
			head++;
		}
		int tail = 0;
		while (tail < shorter - head && isOf(fromEnd(tail), later.discovered(size - 1 - tail))) {
			tail++;
		}
		EtcdServiceInstance[] next = new EtcdServiceInstance[size];
		System.arraycopy(this.instances, 0, next, 0, head);
		System.arraycopy(this.instances, this.instances.length - tail, next, next.length - tail, tail);
		IdentityHashMap<DiscoveredInstance, EtcdServiceInstance> between = between(head, this.instances.length - tail);
		for (int i = head; i < size - tail; i++) {
			EtcdServiceInstance known = between.get(later.discovered(i));
			next[i] = (known != null) ? known : new EtcdServiceInstance(serviceId, later.discovered(i));
		}
		return new EtcdInstanceList(later, next);
	}

	private EtcdServiceInstance fromEnd(int position) {
		return this.instances[this.instances.length - 1 - position];
	}

	private IdentityHashMap<DiscoveredInstance, EtcdServiceInstance> between(int start, int end) {
		IdentityHashMap<DiscoveredInstance, EtcdServiceInstance> known = new IdentityHashMap<>(end - start);
		for (int i = start; i < end; i++) {
			known.put(this.instances[i].discovered(), this.instances[i]);
		}
		return known;
	}

	/** What core has not changed is the same object there. */
	@SuppressWarnings("ReferenceEquality")
	private static boolean isOf(EtcdServiceInstance mapped, DiscoveredInstance instance) {
		return mapped.discovered() == instance;
	}

	/**
	 * Leaves some instances out; the weights of the others go on to count.
	 * @param leftOut positions of those that are left out
	 * @return the other instances, the same objects, of the same snapshot
	 */
	public EtcdInstanceList without(BitSet leftOut) {
		return new EtcdInstanceList(this.snapshot,
				IntStream.range(0, this.instances.length)
					.filter((index) -> !leftOut.get(index))
					.mapToObj((index) -> this.instances[index])
					.toArray(EtcdServiceInstance[]::new));
	}

	/**
	 * Returns what was mapped.
	 * @return the snapshot, whole where instances were left out
	 */
	public ServiceSnapshot snapshot() {
		return this.snapshot;
	}

	@Override
	public ServiceInstance get(int index) {
		return this.instances[index];
	}

	@Override
	public int size() {
		return this.instances.length;
	}

	/**
	 * Draws an instance, each as often as its weight says. Allocates nothing.
	 * @param random where chance is taken from
	 * @return the instance, or null where all weights are the same, so that whoever calls
	 * can take turns
	 */
	public @Nullable ServiceInstance draw(RandomGenerator random) {
		return (this.weights != null) ? this.instances[this.weights.draw(random)] : null;
	}

}
