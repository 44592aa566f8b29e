/**
 * Spring Cloud's discovery clients on core's resolver, and the event that tells the rest
 * of Spring Cloud of a change.
 */
@NullMarked
package io.github.etcddiscovery.spring.discovery;

import org.jspecify.annotations.NullMarked;
