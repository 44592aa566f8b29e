package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.client.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a key from outside.
 *
 * @param revision revision of the store at which it was so
 * @param entry what stands there; null where the key is gone
 * @param storeWentBack whether the store is at a lower revision than it was: wiped, or
 * restored from a backup
 */
record Signal(long revision, @Nullable Entry entry, boolean storeWentBack) {

}
