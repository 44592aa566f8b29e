package io.github.etcddiscovery.spring;

import java.util.AbstractList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.RandomAccess;
import java.util.random.RandomGenerator;

import io.github.etcddiscovery.Instance;
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
		this.weights = WeightTable.of(snapshot.instances().stream().mapToInt(Instance::weight).toArray());
	}

	/**
	 * Maps a snapshot.
	 * @param serviceId the name that the service was asked for by, an alias perhaps
	 * @param snapshot the snapshot
	 * @return the list
	 */
	public static EtcdInstanceList of(String serviceId, ServiceSnapshot snapshot) {
		return new EtcdInstanceList(snapshot,
				snapshot.instances()
					.stream()
					.map((instance) -> new EtcdServiceInstance(serviceId, instance))
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
		List<Instance> fresh = later.instances();
		int shorter = Math.min(this.instances.length, fresh.size());
		int head = 0;
		while (head < shorter && isOf(this.instances[head], fresh.get(head))) {
			head++;
		}
		int tail = 0;
		while (tail < shorter - head && isOf(fromEnd(tail), fresh.get(fresh.size() - 1 - tail))) {
			tail++;
		}
		EtcdServiceInstance[] next = new EtcdServiceInstance[fresh.size()];
		System.arraycopy(this.instances, 0, next, 0, head);
		System.arraycopy(this.instances, this.instances.length - tail, next, next.length - tail, tail);
		IdentityHashMap<Instance, EtcdServiceInstance> between = between(head, this.instances.length - tail);
		for (int i = head; i < next.length - tail; i++) {
			EtcdServiceInstance known = between.get(fresh.get(i));
			next[i] = (known != null) ? known : new EtcdServiceInstance(serviceId, fresh.get(i));
		}
		return new EtcdInstanceList(later, next);
	}

	private EtcdServiceInstance fromEnd(int position) {
		return this.instances[this.instances.length - 1 - position];
	}

	private IdentityHashMap<Instance, EtcdServiceInstance> between(int start, int end) {
		IdentityHashMap<Instance, EtcdServiceInstance> known = new IdentityHashMap<>(end - start);
		for (int i = start; i < end; i++) {
			known.put(this.instances[i].instance(), this.instances[i]);
		}
		return known;
	}

	/** What core has not changed is the same object there. */
	@SuppressWarnings("ReferenceEquality")
	private static boolean isOf(EtcdServiceInstance mapped, Instance instance) {
		return mapped.instance() == instance;
	}

	/**
	 * Returns what was mapped.
	 * @return the snapshot
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
