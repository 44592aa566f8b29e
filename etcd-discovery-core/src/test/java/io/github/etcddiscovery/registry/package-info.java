/**
 * Tests of the registry, row by row of its table, on a model of etcd and on real ones.
 */
package io.github.etcddiscovery.registry;
