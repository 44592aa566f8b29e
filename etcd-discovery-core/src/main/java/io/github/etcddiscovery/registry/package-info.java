/**
 * Keeps registrations in etcd: one lease, and a loop for each key.
 */
@NullMarked
package io.github.etcddiscovery.registry;

import org.jspecify.annotations.NullMarked;
