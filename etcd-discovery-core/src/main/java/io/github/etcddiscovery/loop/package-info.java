/**
 * One thread and one clock: what the registry's and the resolver's loops are confined to.
 */
@NullMarked
package io.github.etcddiscovery.loop;

import org.jspecify.annotations.NullMarked;
