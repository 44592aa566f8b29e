/**
 * Wire formats: how a key and a value are written so that the Go systems understand them,
 * and read as they do. Pure functions, bytes in, bytes out.
 */
@NullMarked
package io.github.etcddiscovery.codec;

import org.jspecify.annotations.NullMarked;
