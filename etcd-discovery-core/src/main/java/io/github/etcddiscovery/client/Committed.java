package io.github.etcddiscovery.client;

/**
 * Answer to a {@link Write}.
 *
 * @param applied whether it was applied; false where somebody else had written the key
 * @param revision revision of the store after it
 */
public record Committed(boolean applied, long revision) {

}
