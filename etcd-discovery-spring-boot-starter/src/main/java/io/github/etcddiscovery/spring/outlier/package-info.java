/**
 * Passive outlier detection: instances whose calls fail are not chosen for a while. What
 * is known is known by address, across lists and services.
 *
 * <pre>
 *   Outliers ---- Listings ---- Listing                   of each service: the list that came last, and what was made of it
 *      |                           `------ Selection      who is left out: not too many, never all
 *      |--------- Callees ----- Callee                    of each address: what its calls have shown
 *      |                           `------ Standing       in, out, or on trial, and what ends that
 *      |--------- Calls                                   learns from calls and from the probe: one step of a Standing each
 *      |              `-------- Probing                   asks core's probe
 *      `--------- Changes ----- EjectionLog               tells listeners and the log
 * </pre>
 *
 * A failure counts on the thread of the call that has shown it, by one exchange of a
 * {@code Standing}; then a version grows by which whoever asks for a list finds the one
 * that was made before to be old. A choice while nothing has changed reads two fields. A
 * thread of its own sees that time passes, and tells.
 */
@NullMarked
package io.github.etcddiscovery.spring.outlier;

import org.jspecify.annotations.NullMarked;
