/**
 * Keeps in memory which instances there are, and answers from there.
 */
@NullMarked
package io.github.etcddiscovery.resolver;

import org.jspecify.annotations.NullMarked;
