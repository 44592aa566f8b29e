/**
 * The smallest program that registers and resolves.
 */
@NullMarked
package io.github.etcddiscovery.samples.plain;

import org.jspecify.annotations.NullMarked;
