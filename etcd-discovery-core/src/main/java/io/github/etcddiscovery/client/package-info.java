/**
 * The port to etcd, {@link io.github.etcddiscovery.client.EtcdClient}: the few calls that
 * registration and discovery need, and what they give and take. Its one adapter is
 * {@code client.jetcd}.
 */
@NullMarked
package io.github.etcddiscovery.client;

import org.jspecify.annotations.NullMarked;
