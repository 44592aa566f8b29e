package io.github.etcddiscovery.codec;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import org.jspecify.annotations.Nullable;

final class KitexCodec implements InstanceCodec {

	@Override
	public String format() {
		return "kitex";
	}

	@Override
	public String defaultPrefix() {
		return "kitex/registry-etcd";
	}

	@Override
	public @Nullable KeyRange allServices(String prefix) {
		return KeyRange.prefix(Bytes.utf8(prefix + "/"));
	}

	@Override
	public KeyRange service(String prefix, String service) {
		return KeyRange.prefix(Bytes.utf8(prefix + "/" + service + "/"));
	}

	@Override
	public void checkService(String service) {
	}

	@Override
	public Bytes key(String prefix, Instance instance) {
		return Bytes.utf8(prefix + "/" + instance.service() + "/" + instance.address());
	}

	@Override
	public Bytes value(Instance instance) {
		throw new UnsupportedOperationException("built on a branch");
	}

	@Override
	public Decoded decode(String prefix, @Nullable String service, Bytes key, Bytes value) {
		throw new UnsupportedOperationException("built on a branch");
	}

}
