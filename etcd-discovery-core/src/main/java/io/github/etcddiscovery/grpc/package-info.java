/**
 * For grpc-java: {@code etcd:///service} as a target of channels, and servers that are in
 * the registry while they serve. Needs no more than grpc-api, which jetcd brings.
 */
@NullMarked
package io.github.etcddiscovery.grpc;

import org.jspecify.annotations.NullMarked;
