/**
 * Which address to register, and strict reading of addresses that anybody may have
 * written.
 */
@NullMarked
package io.github.etcddiscovery.address;

import org.jspecify.annotations.NullMarked;
