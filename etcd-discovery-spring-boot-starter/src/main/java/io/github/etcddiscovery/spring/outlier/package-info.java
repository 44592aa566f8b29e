/**
 * Passive outlier detection: instances that fail are not chosen. What is known is known
 * by address, across lists and services.
 */
@NullMarked
package io.github.etcddiscovery.spring.outlier;

import org.jspecify.annotations.NullMarked;
