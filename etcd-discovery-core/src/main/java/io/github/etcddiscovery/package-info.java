/**
 * The few values that every part of etcd-discovery shares: what an instance is, how keys
 * and key ranges are named, which errors come out, and the hooks by which metrics are
 * taken.
 */
@NullMarked
package io.github.etcddiscovery;

import org.jspecify.annotations.NullMarked;
