package io.github.etcddiscovery.codec;

import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * The built-in formats: a shape of keys and a format of entries put together.
 *
 * @param format name of the format
 * @param defaultPrefix its prefix where none is configured
 * @param keys where the service stands in a key
 * @param entries what else there is
 * @param peersRevokeOnLeave whether its Go peers revoke their lease when they leave
 */
record WireFormat(String format, String defaultPrefix, KeyShape keys, EntryFormat entries,
		boolean peersRevokeOnLeave) implements InstanceCodec {

	static final WireFormat KITEX = new WireFormat("kitex", "kitex/registry-etcd", KeyShape.FLAT,
			new KitexFormat(GoJsonWriter.Escapes.HTML), false);

	static final WireFormat HERTZ = new WireFormat("hertz", "hertz/registry-etcd", KeyShape.FLAT,
			new KitexFormat(GoJsonWriter.Escapes.SONIC), false);

	static final WireFormat GRPC = new WireFormat("grpc", "", KeyShape.ROOTED, new GrpcFormat(), true);

	static final WireFormat GO_KIT = new WireFormat("go-kit", "/services", KeyShape.NESTED, new GoKitFormat(), false);

	static final WireFormat PLAIN = new WireFormat("plain", "service", KeyShape.FLAT, new PlainFormat(), false);

	static final WireFormat GO_ZERO = new WireFormat("go-zero", "", KeyShape.ROOTED, new GoZeroFormat(), true);

	static final WireFormat KRATOS = new WireFormat("kratos", "/microservices", KeyShape.FLAT, new KratosFormat(),
			false);

	static final List<InstanceCodec> ALL = List.of(KITEX, HERTZ, GRPC, GO_KIT, PLAIN, GO_ZERO, KRATOS);

	@Override
	public @Nullable KeyRange allServices(String prefix) {
		return (this.keys != KeyShape.ROOTED) ? KeyRange.prefix(Bytes.utf8(this.keys.root(prefix))) : null;
	}

	@Override
	public KeyRange service(String prefix, String service) {
		return KeyRange.prefix(Bytes.utf8(this.keys.root(prefix) + service + "/"));
	}

	@Override
	public void checkService(String service) {
		String expected = this.keys.problem(service);
		if (expected != null) {
			throw ServiceName.refused(this.format, service, expected);
		}
	}

	@Override
	public Bytes key(String prefix, Instance instance) {
		return Bytes.utf8(this.keys.root(prefix) + instance.service() + "/" + this.entries.id(instance));
	}

	@Override
	public Bytes value(Instance instance) {
		HostPort address = new HostPort(instance.host(), instance.port());
		if (address.isUnspecified()) {
			throw new IllegalArgumentException(
					"host: '" + address.host() + "' (expected: an address that others can reach)");
		}
		Limits.requireTags(instance.tags());
		return Limits.requireValue(this.entries.value(instance, address));
	}

	@Override
	public Decoded decode(String prefix, @Nullable String service, Bytes key, Bytes value) {
		String text = key.strictUtf8();
		if (text == null) {
			KeyRange range = (service != null) ? service(prefix, service) : allServices(prefix);
			return (range != null && range.contains(key)) ? new Rejected(Reason.ENCODING) : new Foreign();
		}
		int start = this.keys.start(prefix, text);
		int end = (start >= 0) ? this.keys.end(text, start, service) : -1;
		if (end <= start) {
			return new Foreign();
		}
		String owner = SharedText.of(text, start, end);
		if (service != null && !service.equals(owner)) {
			return new Foreign();
		}
		return (this.keys.problem(owner) != null) ? new Rejected(Reason.MALFORMED)
				: read(owner, text.substring(end + 1), value);
	}

	private Decoded read(String owner, String id, Bytes value) {
		try {
			return this.entries.read(owner, id, value);
		}
		catch (UnreadableException ex) {
			return new Rejected(ex.reason(), ex.member());
		}
	}

	@Override
	public @Nullable String serviceOf(String prefix, Bytes key) {
		String text = key.strictUtf8();
		int start = (text != null) ? this.keys.start(prefix, text) : -1;
		int end = (text != null && start >= 0) ? this.keys.end(text, start, null) : -1;
		String service = (text != null && end > start) ? SharedText.of(text, start, end) : null;
		return (service != null && this.keys.problem(service) == null) ? service : null;
	}

}
