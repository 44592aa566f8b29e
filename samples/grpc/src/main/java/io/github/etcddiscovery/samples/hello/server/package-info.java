/** The server of the gRPC sample. */
@NullMarked
package io.github.etcddiscovery.samples.hello.server;

import org.jspecify.annotations.NullMarked;
