package io.github.etcddiscovery.resolver;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.codec.Layout;
import org.jspecify.annotations.Nullable;

/**
 * Where one layout stands: whether everything that is followed under it is up to date.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param layout the layout
 * @param problem why something is not up to date, because it has never been read or
 * because its watch was lost; of several ranges that of the one that has waited longest;
 * null where there is none
 * @param since for how long that has been so; zero where there is no problem
 */
public record LayoutStatus(Layout layout, @Nullable EtcdDiscoveryException problem, Duration since) {

}
