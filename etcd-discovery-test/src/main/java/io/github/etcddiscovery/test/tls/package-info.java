/**
 * Certificates and keys for tests, made by the JDK's own keytool.
 */
@NullMarked
package io.github.etcddiscovery.test.tls;

import org.jspecify.annotations.NullMarked;
