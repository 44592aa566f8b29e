/**
 * What every part of the starter uses: the properties, the connection details and the
 * instance as Spring Cloud sees it. A leaf: it sees no other package of the starter.
 */
@NullMarked
package io.github.etcddiscovery.spring;

import org.jspecify.annotations.NullMarked;
