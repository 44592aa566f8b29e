package io.github.etcddiscovery.resolver;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;

/**
 * Makes snapshots of what stands in the table, and shows those that are other than
 * before. Confined to the loop's thread.
 */
final class Publisher {

	private final ServiceTable table;

	private final Catalog catalog;

	private final Subscribers subscribers;

	private final DiscoveryObserver observer;

	private final TreeSet<String> names = new TreeSet<>();

	private boolean emptied;

	Publisher(ServiceTable table, Catalog catalog, Subscribers subscribers, DiscoveryObserver observer) {
		this.table = table;
		this.catalog = catalog;
		this.subscribers = subscribers;
		this.observer = observer;
	}

	/**
	 * Shows no instance of any service, or what there is again.
	 */
	void emptied(boolean emptied) {
		this.emptied = emptied;
		publish(this.table.services(), this.catalog.revision());
	}

	boolean emptied() {
		return this.emptied;
	}

	/**
	 * Compares services with what readers see of them.
	 * @param services the services that may have changed
	 * @param revision revision of etcd at which they did
	 */
	void publish(Collection<String> services, long revision) {
		boolean otherNames = false;
		for (String service : services) {
			// Between the table and the snapshot is the place to hold back a mass loss.
			List<Instance> instances = this.emptied ? List.of() : this.table.instances(service);
			publish(service, instances, revision);
			otherNames |= instances.isEmpty() ? this.names.remove(service) : this.names.add(service);
		}
		if (otherNames) {
			this.catalog.services(List.copyOf(this.names));
		}
	}

	private void publish(String service, List<Instance> instances, long revision) {
		Slot slot = this.catalog.slot(service);
		if (slot == null && instances.isEmpty()) {
			return;
		}
		slot = this.catalog.slotFor(service);
		State state = this.table.read(service) ? State.READ : State.UNREAD;
		ServiceSnapshot before = slot.snapshot();
		boolean same = before.instances().equals(instances);
		if (!same || before.state() != state) {
			long since = (same && before.revision() > 0) ? before.revision() : revision;
			show(slot, new ServiceSnapshot(service, since, same ? before.instances() : instances, state));
		}
		if (!same) {
			this.observer.instances(service, instances.size());
		}
		settle(slot, state);
	}

	private void show(Slot slot, ServiceSnapshot snapshot) {
		slot.publish(snapshot);
		this.subscribers.offer(snapshot);
	}

	private void settle(Slot slot, State state) {
		FirstRead firstRead = slot.followed();
		if (firstRead == null && slot.snapshot().instances().isEmpty()) {
			this.catalog.remove(slot);
		}
		else if (firstRead != null && state == State.READ) {
			firstRead.done();
		}
	}

}
