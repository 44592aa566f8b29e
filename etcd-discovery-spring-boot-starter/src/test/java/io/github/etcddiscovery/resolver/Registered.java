package io.github.etcddiscovery.resolver;

import java.util.List;

import io.github.etcddiscovery.Instance;

/**
 * Instances as the resolver would find them, written when a test says so.
 */
public final class Registered {

	private Registered() {
	}

	/**
	 * An instance that was written at a time.
	 */
	public static DiscoveredInstance at(Instance instance, long writtenAt) {
		return new DiscoveredInstance(instance, 1, 1, writtenAt, writtenAt);
	}

	/** An instance that the first list held. */
	public static DiscoveredInstance before(Instance instance) {
		return at(instance, DiscoveredInstance.NOT_YOUNG);
	}

	/** Its process registers it anew with equal values. */
	public static void again(DiscoveredInstance instance, long writtenAt) {
		instance.follow(at(instance.instance(), writtenAt));
	}

	/** Makes a snapshot. */
	public static ServiceSnapshot snapshot(String service, List<DiscoveredInstance> instances) {
		return new ServiceSnapshot(service, 1,
				new ServiceSnapshot.Instances(instances.toArray(DiscoveredInstance[]::new)),
				ServiceSnapshot.State.READ);
	}

}
