package io.github.etcddiscovery.samples.user;

/**
 * A registered user, as stored.
 *
 * @param id chosen at registration, never changes
 * @param name what the user logs in with
 * @param requestId the request that created this user, so that its repetition is known
 * @param password never the password itself
 */
record User(String id, String name, String requestId, PasswordHash password) {
}
