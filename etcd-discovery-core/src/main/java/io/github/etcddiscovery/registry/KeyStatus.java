package io.github.etcddiscovery.registry;

import org.jspecify.annotations.Nullable;

/**
 * Where one key of a registration stands.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param format name of the wire format
 * @param key the key, as text: what cannot be shown is escaped, and what is long is cut
 * @param state its state
 * @param attempts consecutive attempts that have failed
 * @param problem what the last attempt failed with, or null where it did not; free of
 * secrets
 */
public record KeyStatus(String format, String key, RegistrationState state, int attempts, @Nullable String problem) {

}
