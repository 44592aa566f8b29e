/**
 * How etcd is reached: from properties and connection details to a client.
 */
@NullMarked
package io.github.etcddiscovery.spring.connection;

import org.jspecify.annotations.NullMarked;
