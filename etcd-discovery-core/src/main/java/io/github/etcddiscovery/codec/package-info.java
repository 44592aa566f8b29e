/**
 * Wire formats: how a key and a value are written so that the Go systems understand them,
 * and read as they do. Pure functions, bytes in, bytes out.
 *
 * <pre>
 *   Layout                                        a format under a prefix
 *     |
 *   InstanceCodec                                 what any format can do; users can bring one
 *     |
 *   WireFormat                                    the built-in ones, put together of
 *     |-- KeyShape -- ServiceName                 where the service stands in a key
 *     '-- EntryFormat                             the end of the key, and the value
 *          |-- KitexFormat, KratosFormat, GrpcFormat, GoKitFormat, GoZeroFormat, PlainFormat
 *          |-- GoStruct -- GoJsonReader -- JsonScanner, GoText      JSON as Go reads it
 *          |                                    '-- RepeatedTags    tags that were read before
 *          |-- GoJsonWriter                                         JSON as Go writes it
 *          '-- InstanceUrl, Weight, Limits, SharedText              what several of them need
 *
 *   Decoded                                       what an entry turned out to be
 * </pre>
 *
 * Words:
 * <ul>
 * <li>an <b>entry</b> is a key and its value; a <b>key</b> is the prefix, the service and
 * what tells its instances apart, in the order that the shape has;
 * <li>a format is <b>listed</b> where the range of all services tells which service a key
 * belongs to; of the others only a service that is asked for can be read;
 * <li>an entry is <b>of another service</b> where the range that was read holds keys that
 * belong to a longer name: it is passed over and not counted; it is <b>rejected</b> where
 * it belongs here and cannot be used: left out, counted and logged;
 * <li>a <b>stable</b> key is the same for one instance whenever it registers: never made
 * of the id of a lease;
 * <li><b>as Go reads it</b> means as {@code encoding/json} does, with its tolerance and
 * its refusals, because the entries are written by Go and for Go.
 * </ul>
 */
@NullMarked
package io.github.etcddiscovery.codec;

import org.jspecify.annotations.NullMarked;
