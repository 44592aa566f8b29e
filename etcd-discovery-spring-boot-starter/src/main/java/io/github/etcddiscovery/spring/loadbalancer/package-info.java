/**
 * What is done to Spring Cloud LoadBalancer: its cache off or evicted, weights honoured,
 * our zone as its default.
 */
@NullMarked
package io.github.etcddiscovery.spring.loadbalancer;

import org.jspecify.annotations.NullMarked;
