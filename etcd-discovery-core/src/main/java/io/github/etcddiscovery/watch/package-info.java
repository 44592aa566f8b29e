/**
 * The one way in which a range of keys is followed: list, watch, and at any end back off
 * and list again.
 */
@NullMarked
package io.github.etcddiscovery.watch;

import org.jspecify.annotations.NullMarked;
