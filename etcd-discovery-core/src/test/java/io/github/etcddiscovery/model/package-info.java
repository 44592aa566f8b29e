/**
 * A model of one etcd member, driven by hand: what every loop is tested against, in every
 * interleaving. {@code ModelEtcdIT} compares it with a real etcd.
 */
package io.github.etcddiscovery.model;
