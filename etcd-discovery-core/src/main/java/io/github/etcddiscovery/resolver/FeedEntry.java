package io.github.etcddiscovery.resolver;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.client.Entry;
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/**
 * One key of one layout: the instance that it was found to be, and by what it is known
 * again. The value is not kept. Confined to the loop's thread.
 */
final class FeedEntry implements Comparable<FeedEntry> {

	private final Bytes key;

	private final int layout;

	private final @Nullable Address address;

	private @Nullable Instance instance;

	private long modRevision;

	private long lease;

	private int valueHash;

	/** Number of the list that has shown this entry last. */
	private int list;

	/**
	 * Notes an entry.
	 * @param layout position of the layout
	 * @param key the entry's key, in the copy that is known already where there is one
	 * @param entry what stands in etcd
	 * @param instance what it was found to be, or null where it was left out
	 */
	FeedEntry(int layout, Bytes key, Entry entry, @Nullable Instance instance) {
		this.key = key;
		this.layout = layout;
		this.instance = instance;
		this.address = (instance != null) ? Address.of(instance) : null;
		this.modRevision = entry.modRevision();
		this.lease = entry.lease();
		this.valueHash = entry.value().hashCode();
	}

	Bytes key() {
		return this.key;
	}

	@Nullable Instance instance() {
		return this.instance;
	}

	long modRevision() {
		return this.modRevision;
	}

	int layout() {
		return this.layout;
	}

	/** Returns by what two instances are one; only where there is an instance. */
	Address address() {
		return requireNonNull(this.address);
	}

	/** The key was written again, and means the same instance. */
	void rewrittenAs(FeedEntry entry) {
		this.modRevision = entry.modRevision;
		this.lease = entry.lease;
		this.valueHash = entry.valueHash;
		this.list = entry.list;
	}

	/** Takes an equal instance for the one there is: readers have that one already. */
	void keepInstance(Instance instance) {
		this.instance = instance;
	}

	/**
	 * Tells whether this is what stands in etcd. The mod revision alone does not tell:
	 * etcd may have lost its data and counted past what was seen before anybody looked.
	 */
	boolean isOf(Entry entry) {
		return this.modRevision == entry.modRevision() && this.lease == entry.lease()
				&& this.valueHash == entry.value().hashCode();
	}

	void shownBy(int list) {
		this.list = list;
	}

	boolean wasShownBy(int list) {
		return this.list == list;
	}

	/** The first layout's comes first, and within a layout the first key's. */
	@Override
	public int compareTo(FeedEntry other) {
		int byLayout = Integer.compare(this.layout, other.layout);
		return (byLayout != 0) ? byLayout : this.key.compareTo(other.key);
	}

	/**
	 * Where an instance is, the same however its host is spelled. Has an order, so that a
	 * hash map finds it soon even if somebody has chosen hosts that all collide.
	 */
	record Address(String host, int port) implements Comparable<Address> {

		private static Address of(Instance instance) {
			return new Address(HostPort.canonicalHost(instance.host()), instance.port());
		}

		@Override
		public int compareTo(Address other) {
			int byPort = Integer.compare(this.port, other.port);
			return (byPort != 0) ? byPort : this.host.compareTo(other.host);
		}

	}

}
