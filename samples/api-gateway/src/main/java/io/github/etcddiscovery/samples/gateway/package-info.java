/**
 * The HTTP gateway of the demo: checks requests, passes them to the user service and
 * answers in the shape that browsers get.
 */
@NullMarked
package io.github.etcddiscovery.samples.gateway;

import org.jspecify.annotations.NullMarked;
