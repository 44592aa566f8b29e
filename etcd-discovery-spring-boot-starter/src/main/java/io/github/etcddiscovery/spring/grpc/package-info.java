/**
 * What Spring gRPC needs to know of us.
 */
@NullMarked
package io.github.etcddiscovery.spring.grpc;

import org.jspecify.annotations.NullMarked;
