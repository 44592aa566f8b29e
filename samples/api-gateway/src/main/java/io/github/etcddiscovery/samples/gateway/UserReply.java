package io.github.etcddiscovery.samples.gateway;

import org.jspecify.annotations.Nullable;

/**
 * What the user service answers.
 *
 * @param statusCode 0 for success
 * @param statusMessage for people
 * @param userId the user, on success
 */
record UserReply(int statusCode, String statusMessage, @Nullable String userId) {
}
