/**
 * Registration of this application and of whatever else users register by hand.
 */
@NullMarked
package io.github.etcddiscovery.spring.registration;

import org.jspecify.annotations.NullMarked;
