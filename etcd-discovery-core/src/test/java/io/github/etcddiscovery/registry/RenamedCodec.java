package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.InstanceCodec;

/**
 * Kitex's format under another name, as a user's own codec could be.
 */
record RenamedCodec(String format) implements InstanceCodec {

	private static final InstanceCodec KITEX = InstanceCodec.kitex();

	@Override
	public String defaultPrefix() {
		return KITEX.defaultPrefix();
	}

	@Override
	public KeyRange allServices(String prefix) {
		return KITEX.allServices(prefix);
	}

	@Override
	public KeyRange service(String prefix, String service) {
		return KITEX.service(prefix, service);
	}

	@Override
	public void checkService(String service) {
		KITEX.checkService(service);
	}

	@Override
	public Bytes key(String prefix, Instance instance) {
		return KITEX.key(prefix, instance);
	}

	@Override
	public Bytes value(Instance instance) {
		return KITEX.value(instance);
	}

	@Override
	public Decoded decode(String prefix, String service, Bytes key, Bytes value) {
		return KITEX.decode(prefix, service, key, value);
	}

}
