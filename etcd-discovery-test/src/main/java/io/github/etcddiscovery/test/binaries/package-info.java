/**
 * Finds the programs {@code etcd} and {@code etcdctl} on this machine, or sets them up.
 */
@NullMarked
package io.github.etcddiscovery.test.binaries;

import org.jspecify.annotations.NullMarked;
