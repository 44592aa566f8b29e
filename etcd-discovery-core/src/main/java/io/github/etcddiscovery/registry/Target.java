package io.github.etcddiscovery.registry;

import java.util.function.Supplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.codec.Layout;

/**
 * What shall stand in etcd: an instance, which can be updated, under one layout.
 *
 * @param service name of the service
 * @param layout the layout
 * @param key the key, which stays
 * @param value the value as it was last asked for; encoded before, on the thread that
 * asked
 */
record Target(String service, Layout layout, Bytes key, Supplier<Bytes> value) {

}
