package io.github.etcddiscovery.samples.gateway;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * The body of both requests.
 *
 * @param username name of the user
 * @param password password of the user
 */
record Credentials(
		@NotBlank @Size(max = 64) @Pattern(regexp = "[^\\p{Cc}\\p{Cs}]*",
				message = "must not hold control characters") String username,
		@NotBlank @Size(max = 128) String password) {

	@Override
	public String toString() {
		return "Credentials[username=" + this.username + "]";
	}

}
