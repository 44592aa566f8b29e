/**
 * The port to etcd, {@link io.github.etcddiscovery.client.EtcdClient}, and its one
 * adapter. jetcd is imported here and nowhere else.
 */
@NullMarked
package io.github.etcddiscovery.client;

import org.jspecify.annotations.NullMarked;
