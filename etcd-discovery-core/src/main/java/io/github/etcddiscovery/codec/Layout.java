package io.github.etcddiscovery.codec;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * A wire format under a prefix: where in etcd instances stand, and how.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param codec the format
 * @param prefix the prefix of its keys, used verbatim, as the Go systems do; can be empty
 */
public record Layout(InstanceCodec codec, String prefix) {

	/**
	 * Returns Kitex's format under Kitex's prefix.
	 * @return the layout
	 */
	public static Layout kitex() {
		return of(InstanceCodec.kitex());
	}

	/**
	 * Returns a format under its own prefix.
	 * @param codec the format
	 * @return the layout
	 */
	public static Layout of(InstanceCodec codec) {
		return new Layout(codec, codec.defaultPrefix());
	}

	/**
	 * Returns the range of the keys of all services.
	 * @return the range, or null where the format has none
	 */
	public @Nullable KeyRange allServices() {
		return this.codec.allServices(this.prefix);
	}

	/**
	 * Returns the range of the keys of one service.
	 * @param service name of the service
	 * @return the range
	 */
	public KeyRange service(String service) {
		return this.codec.service(this.prefix, service);
	}

	/**
	 * Returns the key of an instance.
	 * @param instance the instance
	 * @return the key
	 * @throws IllegalArgumentException if it is longer than readers accept
	 */
	public Bytes key(Instance instance) {
		return Limits.requireKey(this.codec.key(this.prefix, instance));
	}

	/**
	 * Reads one entry. Never throws.
	 * @param service the service asked for, or null where all are read
	 * @param key the key
	 * @param value the value
	 * @return what it turned out to be
	 */
	public Decoded decode(@Nullable String service, Bytes key, Bytes value) {
		return this.codec.decode(this.prefix, service, key, value);
	}

	@Override
	public String toString() {
		return this.codec.format() + " under '" + this.prefix + "'";
	}

}
