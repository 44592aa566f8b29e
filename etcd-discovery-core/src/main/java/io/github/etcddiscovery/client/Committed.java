package io.github.etcddiscovery.client;

/**
 * Answer to a {@link Write}.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param applied whether it was applied; false where somebody else had written the key
 * @param revision revision of the store after it
 */
public record Committed(boolean applied, long revision) {

}
