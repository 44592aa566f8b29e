package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.InstanceCodec;
import org.jspecify.annotations.Nullable;

/** A codec of a user: names only, no values. */
class InHouseCodec implements InstanceCodec {

	@Override
	public String format() {
		return "in-house";
	}

	@Override
	public String defaultPrefix() {
		return "in-house";
	}

	@Override
	public @Nullable KeyRange allServices(String prefix) {
		return KeyRange.prefix(Bytes.utf8(prefix));
	}

	@Override
	public KeyRange service(String prefix, String service) {
		return KeyRange.prefix(Bytes.utf8(prefix + service));
	}

	@Override
	public void checkService(String service) {
	}

	@Override
	public Bytes key(String prefix, Instance instance) {
		return Bytes.utf8(prefix + instance.service() + instance.address());
	}

	@Override
	public Bytes value(Instance instance) {
		return Bytes.EMPTY;
	}

	@Override
	public Decoded decode(String prefix, @Nullable String service, Bytes key, Bytes value) {
		return new Decoded.Foreign();
	}

}
