/**
 * What the mass-loss guard of the resolver needs to know beside the services: when to
 * hold what, whether a lease is alive whose key was deleted, and what to say of it all.
 */
@NullMarked
package io.github.etcddiscovery.guard;

import org.jspecify.annotations.NullMarked;
