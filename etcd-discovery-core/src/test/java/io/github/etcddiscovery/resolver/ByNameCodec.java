package io.github.etcddiscovery.resolver;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import org.jspecify.annotations.Nullable;

/**
 * A format without a range of all services, like {@code grpc} and {@code go-zero}:
 * {@code <service>/<address>}, the value is the weight. Throws on values that are none.
 */
final class ByNameCodec implements InstanceCodec {

	static final Layout LAYOUT = new Layout(new ByNameCodec(), "");

	@Override
	public String format() {
		return "by-name";
	}

	@Override
	public String defaultPrefix() {
		return "";
	}

	@Override
	public @Nullable KeyRange allServices(String prefix) {
		return null;
	}

	@Override
	public KeyRange service(String prefix, String service) {
		return KeyRange.prefix(Bytes.utf8(service + "/"));
	}

	@Override
	public void checkService(String service) {
		if (!service.matches("[a-z0-9.-]+")) {
			throw new IllegalArgumentException("service: not for this format");
		}
	}

	@Override
	public Bytes key(String prefix, Instance instance) {
		return Bytes.utf8(instance.service() + "/" + instance.address());
	}

	@Override
	public Bytes value(Instance instance) {
		return Bytes.utf8(String.valueOf(instance.weight()));
	}

	@Override
	public Decoded decode(String prefix, @Nullable String service, Bytes key, Bytes value) {
		String text = key.strictUtf8();
		if (service == null || text == null || text.lastIndexOf(':') < 0) {
			return new Decoded.Foreign();
		}
		int weight = Integer.parseInt(String.valueOf(value.strictUtf8()));
		String host = text.substring(service.length() + 1, text.lastIndexOf(':'));
		int port = Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
		return new Decoded.Found(Instance.of(service, host, port).withWeight(weight));
	}

}
