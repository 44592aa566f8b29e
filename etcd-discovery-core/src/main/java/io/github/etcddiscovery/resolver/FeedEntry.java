package io.github.etcddiscovery.resolver;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.client.Entry;
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/**
 * One key of one layout: the instance that it was found to be, and by what it is known
 * again. The value is not kept. Confined to the loop's thread, but for what never
 * changes: key and layout.
 */
final class FeedEntry implements Comparable<FeedEntry> {

	/** What the snapshot file has is without its value. */
	private static final int VALUE_NOT_KNOWN = Bytes.EMPTY.hashCode();

	private final Bytes key;

	private final int layout;

	private final @Nullable Address address;

	/** A {@link DiscoveredInstance} where the entry means an instance. */
	private LastWrite write;

	private int valueHash;

	/** Number of the list that has shown this entry last. */
	private int list;

	/**
	 * Notes an entry.
	 * @param layout position of the layout
	 * @param key the entry's key, in the copy that is known already where there is one
	 * @param entry what stands in etcd
	 * @param instance what it was found to be, or null where it was left out
	 * @param writtenAt when it was seen, by the loop's clock
	 * @param appearedAt since when there has been an instance at its address, or
	 * {@link DiscoveredInstance#NOT_YOUNG}
	 */
	FeedEntry(int layout, Bytes key, Entry entry, @Nullable Instance instance, long writtenAt, long appearedAt) {
		this.key = key;
		this.layout = layout;
		this.address = (instance != null) ? Address.of(instance) : null;
		this.write = (instance != null)
				? new DiscoveredInstance(instance, entry.lease(), entry.modRevision(), writtenAt, appearedAt)
				: new LastWrite(entry.lease(), entry.modRevision(), writtenAt);
		this.valueHash = entry.value().hashCode();
		if (this.write instanceof DiscoveredInstance discovered) {
			discovered.standsAs(this);
		}
	}

	Bytes key() {
		return this.key;
	}

	@Nullable Instance instance() {
		return (this.write instanceof DiscoveredInstance discovered) ? discovered.instance() : null;
	}

	/** Returns what readers are handed; only where there is an instance. */
	DiscoveredInstance discovered() {
		return (DiscoveredInstance) this.write;
	}

	long lease() {
		return this.write.lease();
	}

	long modRevision() {
		return this.write.revision();
	}

	int layout() {
		return this.layout;
	}

	/** Returns by what two instances are one; only where there is an instance. */
	Address address() {
		return requireNonNull(this.address);
	}

	/** Tells whether an instance is where this one is. */
	boolean isAt(Instance other) {
		Instance own = instance();
		return own != null && own.port() == other.port()
				&& (own.host().equals(other.host()) || Address.of(other).equals(this.address));
	}

	/** The key was written again, and means the same instance. */
	void rewrittenAs(FeedEntry entry) {
		this.write.follow(entry.write);
		this.valueHash = entry.valueHash;
		this.list = entry.list;
	}

	/**
	 * Takes the one that readers have already for the one there is, which is equal to it.
	 */
	void keep(DiscoveredInstance shown) {
		shown.follow(this.write);
		shown.standsAs(this);
		this.write = shown;
	}

	/**
	 * Tells whether this is what stands in etcd. The mod revision alone does not tell:
	 * etcd may have lost its data and counted past what was seen before anybody looked.
	 */
	boolean isOf(Entry entry) {
		return modRevision() == entry.modRevision() && this.write.lease() == entry.lease()
				&& this.valueHash == entry.value().hashCode();
	}

	/**
	 * Returns when an entry of this key was written. Only another lease, revision or
	 * value is another write: what is read again for other reasons, because it was known
	 * without its value or is not trusted, was written when it was.
	 * @param entry what stands in etcd
	 * @param now when it was seen
	 */
	long writtenAt(Entry entry, long now) {
		boolean same = modRevision() == entry.modRevision() && lease() == entry.lease()
				&& (this.valueHash == VALUE_NOT_KNOWN || this.valueHash == entry.value().hashCode());
		return same ? this.write.writtenAt() : now;
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

		static Address of(Instance instance) {
			return new Address(HostPort.canonicalHost(instance.host()), instance.port());
		}

		@Override
		public int compareTo(Address other) {
			int byPort = Integer.compare(this.port, other.port);
			return (byPort != 0) ? byPort : this.host.compareTo(other.host);
		}

	}

}
