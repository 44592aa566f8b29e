/**
 * What reading costs: a lookup, the decoding of an entry, and the time until a change is
 * seen.
 */
@NullMarked
package io.github.etcddiscovery.benchmarks;

import org.jspecify.annotations.NullMarked;
