/**
 * Puts the parts together. Sees all other packages of the starter and is seen by none.
 */
@NullMarked
package io.github.etcddiscovery.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
