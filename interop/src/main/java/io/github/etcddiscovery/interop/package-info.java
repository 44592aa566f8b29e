/**
 * Builds the Go programs of this module and drives them by lines.
 */
@NullMarked
package io.github.etcddiscovery.interop;

import org.jspecify.annotations.NullMarked;
