package io.github.etcddiscovery.codec;

import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * One wire format: how an instance is written as key and value, and read back.
 * Implementations are pure functions and can be called by many threads. Users can bring
 * their own.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public interface InstanceCodec {

	/**
	 * Returns the format of Kitex's {@code registry-etcd}:
	 * {@code <prefix>/<service>/<host>:<port>}, a JSON value.
	 * @return the codec
	 */
	static InstanceCodec kitex() {
		return WireFormat.KITEX;
	}

	/**
	 * Returns the format of Hertz's etcd registry: that of Kitex under another prefix,
	 * without Go's escapes for HTML.
	 * @return the codec
	 */
	static InstanceCodec hertz() {
		return WireFormat.HERTZ;
	}

	/**
	 * Returns the format of etcd's gRPC naming: {@code <service>/<host>:<port>}, a JSON
	 * value. Services may have slashes, and have to be asked for.
	 * @return the codec
	 */
	static InstanceCodec grpc() {
		return WireFormat.GRPC;
	}

	/**
	 * Returns the format of go-kit's documents: {@code <prefix>/<service>/<host>:<port>},
	 * a URL as the value. Services may have slashes. Carries neither weight nor tags but
	 * the scheme.
	 * @return the codec
	 */
	static InstanceCodec goKit() {
		return WireFormat.GO_KIT;
	}

	/**
	 * Returns the format of small programs and scripts: {@code <prefix>/<service>/<id>},
	 * the value {@code host:port}. Carries neither weight nor tags.
	 * @return the codec
	 */
	static InstanceCodec plain() {
		return WireFormat.PLAIN;
	}

	/**
	 * Returns the format of go-zero's {@code core/discov}: {@code <service>/<number>},
	 * the value {@code host:port}. Services may have slashes, and have to be asked for.
	 * Carries neither weight nor tags.
	 * @return the codec
	 */
	static InstanceCodec goZero() {
		return WireFormat.GO_ZERO;
	}

	/**
	 * Returns the format of Kratos's etcd registry: {@code <prefix>/<service>/<id>}, a
	 * JSON value with URLs.
	 * @return the codec
	 */
	static InstanceCodec kratos() {
		return WireFormat.KRATOS;
	}

	/**
	 * Returns every format that is built in.
	 * @return the codecs, each with another {@link #format()}, Kitex's first
	 */
	static List<InstanceCodec> all() {
		return WireFormat.ALL;
	}

	/**
	 * Returns the name of the format, as in configuration and messages.
	 * @return a short lower-case word
	 */
	String format();

	/**
	 * Returns the prefix of the format where none is configured.
	 * @return the prefix, without the separator that follows it
	 */
	String defaultPrefix();

	/**
	 * Returns the range of the keys of all services.
	 * @param prefix prefix of the layout, verbatim
	 * @return the range, or null where this format has none and services can only be
	 * asked for by name
	 */
	@Nullable KeyRange allServices(String prefix);

	/**
	 * Returns the range of the keys of one service, and of no other.
	 * @param prefix prefix of the layout, verbatim
	 * @param service name of the service, one that {@link #checkService} accepts
	 * @return the range
	 */
	KeyRange service(String prefix, String service);

	/**
	 * Checks whether this format can carry a service of that name.
	 * @param service the name
	 * @throws IllegalArgumentException if it cannot; the message says why
	 */
	void checkService(String service);

	/**
	 * Returns the key of an instance: always the same for the same service and address.
	 * @param prefix prefix of the layout, verbatim
	 * @param instance the instance
	 * @return the key
	 * @throws IllegalArgumentException if the instance has an id that no key can hold, in
	 * a format that has it there
	 */
	Bytes key(String prefix, Instance instance);

	/**
	 * Returns the value of an instance.
	 * @param instance the instance
	 * @return the bytes, the same as the Go original writes
	 * @throws IllegalArgumentException if the instance has more or longer tags than any
	 * reader has to accept, a tag that cannot be written, or a host that none can reach
	 */
	Bytes value(Instance instance);

	/**
	 * Reads one entry. Never throws, whatever the bytes are. An instance whose host is no
	 * IP address and no DNS name, so that no URI could carry it, is left out by whoever
	 * asks, and counted as {@link Decoded.Reason#ADDRESS}.
	 * @param prefix prefix of the layout, verbatim
	 * @param service the service asked for, or null where all services are read
	 * @param key the key
	 * @param value the value
	 * @return the instance, or that there is none of interest and why
	 */
	Decoded decode(String prefix, @Nullable String service, Bytes key, Bytes value);

	/**
	 * Reads the name of the service from a key alone, for those who list keys without
	 * values. Never throws.
	 * @param prefix prefix of the layout, verbatim
	 * @param key a key in the range of all services
	 * @return the name; by default what stands between the start of {@link #allServices}
	 * and the next slash. Null where no name can be read from the key, or it is not valid
	 * UTF-8
	 */
	default @Nullable String serviceOf(String prefix, Bytes key) {
		KeyRange all = allServices(prefix);
		String start = (all != null) ? all.start().strictUtf8() : null;
		String text = key.strictUtf8();
		if (start == null || text == null || !text.startsWith(start)) {
			return null;
		}
		int end = text.indexOf('/', start.length());
		return (end > start.length()) ? text.substring(start.length(), end) : null;
	}

	/**
	 * Tells whether the peers of this format revoke their lease when they leave, so that
	 * a deletion says nothing about whether they wanted to.
	 * @return whether they do
	 */
	default boolean peersRevokeOnLeave() {
		return false;
	}

}
