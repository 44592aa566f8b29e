/**
 * The demo: starts etcd, the user service and the gateway as processes of their own,
 * sends traffic through them while instances come and go, and says what happened.
 */
@NullMarked
package io.github.etcddiscovery.samples.demo;

import org.jspecify.annotations.NullMarked;
