/**
 * The user service of the demo: registers users and logs them in. All instances share one
 * folder, so that it does not matter which of them answers.
 */
@NullMarked
package io.github.etcddiscovery.samples.user;

import org.jspecify.annotations.NullMarked;
