package io.github.etcddiscovery.registry;

import java.util.function.Supplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Layout;

/**
 * What shall stand in etcd: an instance, which can be updated, under one layout.
 *
 * @param layout the layout
 * @param key the key, which stays
 * @param instance the instance as it was last asked for
 */
record Target(Layout layout, Bytes key, Supplier<Instance> instance) {

	static Target of(Layout layout, Supplier<Instance> instance) {
		return new Target(layout, layout.key(instance.get()), instance);
	}

	Bytes value() {
		return this.layout.codec().value(this.instance.get());
	}

}
