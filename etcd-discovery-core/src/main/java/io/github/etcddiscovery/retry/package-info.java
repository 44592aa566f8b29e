/**
 * How long to wait before the next attempt.
 */
@NullMarked
package io.github.etcddiscovery.retry;

import org.jspecify.annotations.NullMarked;
