/**
 * Reads answers of etcd off the wire. What is long is read here, once and as it is to be
 * kept, instead of into protobuf's messages, of which each key and value would be copied
 * three times, and those that are too long kept until the message has ended.
 * <p>
 * Not part of the API that users write against; may change.
 */
@NullMarked
package io.github.etcddiscovery.client.wire;

import org.jspecify.annotations.NullMarked;
