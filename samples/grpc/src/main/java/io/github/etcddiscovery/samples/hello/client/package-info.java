/** The client of the gRPC sample. */
@NullMarked
package io.github.etcddiscovery.samples.hello.client;

import org.jspecify.annotations.NullMarked;
