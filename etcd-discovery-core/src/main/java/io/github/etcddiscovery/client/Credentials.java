package io.github.etcddiscovery.client;

/**
 * A name and a password.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param username name of the etcd user
 * @param password the password
 */
public record Credentials(String username, String password) {

	/**
	 * Checks.
	 * @throws IllegalArgumentException if one of the two is empty
	 */
	public Credentials {
		if (username.isEmpty() || password.isEmpty()) {
			throw new IllegalArgumentException(
					"credentials: " + (username.isEmpty() ? "no user name" : "no password for user " + username)
							+ " (expected: both or neither)");
		}
	}

	/**
	 * Hides the password.
	 * @return the name
	 */
	@Override
	public String toString() {
		return "Credentials[username=" + this.username + "]";
	}

}
