/**
 * Asks addresses whether they accept connections: what the mass-loss guard and outlier
 * detection want to know of an instance that nobody has called.
 *
 * <pre>
 *   TcpProbe -- ProbeThread -- Question
 *                                 one host and port, its addresses, its connection, and who is told
 *                  64 connections at a time; begun at the first question
 * </pre>
 */
@NullMarked
package io.github.etcddiscovery.probe;

import org.jspecify.annotations.NullMarked;
