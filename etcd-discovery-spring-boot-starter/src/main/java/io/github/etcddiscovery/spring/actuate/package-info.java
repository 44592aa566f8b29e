/**
 * Health and endpoint.
 */
@NullMarked
package io.github.etcddiscovery.spring.actuate;

import org.jspecify.annotations.NullMarked;
