/**
 * Real etcd members for tests: started, stopped, killed, frozen, wiped and cut off at
 * will.
 */
@NullMarked
package io.github.etcddiscovery.test;

import org.jspecify.annotations.NullMarked;
