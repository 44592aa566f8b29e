package io.github.etcddiscovery.samples.user;

import java.util.Optional;
import java.util.UUID;

import org.springframework.stereotype.Service;

/**
 * Registers users and logs them in.
 */
@Service
class Users {

	private final UserFiles files;

	private final int hashIterations;

	private final PasswordHash nobody;

	Users(UserFiles files, UserProperties properties) {
		this.files = files;
		this.hashIterations = properties.hashIterations();
		this.nobody = PasswordHash.of(UUID.randomUUID().toString(), this.hashIterations);
	}

	/**
	 * Registers a user. A repetition of the request that created the user succeeds,
	 * because a caller whose first attempt was cut off cannot know whether it got
	 * through.
	 * @param name name of the user
	 * @param password password of the user
	 * @param requestId the same for each attempt of one request
	 * @return the id of the user, empty when the name is taken
	 */
	Optional<String> register(String name, String password, String requestId) {
		User user = this.files.find(name).orElseGet(() -> create(name, password, requestId));
		return Optional.of(user).filter((stored) -> stored.requestId().equals(requestId)).map(User::id);
	}

	private User create(String name, String password, String requestId) {
		PasswordHash hash = PasswordHash.of(password, this.hashIterations);
		return this.files.createIfAbsent(new User(UUID.randomUUID().toString(), name, requestId, hash));
	}

	/**
	 * Checks a password.
	 * @param name name of the user
	 * @param password password to check
	 * @return the id of the user, empty when there is no such user or the password is
	 * wrong
	 */
	Optional<String> login(String name, String password) {
		Optional<User> user = this.files.find(name);
		// The same work for an unknown name, or the time we take would tell which names
		// exist.
		boolean matches = user.map(User::password).orElse(this.nobody).matches(password);
		return user.filter((known) -> matches).map(User::id);
	}

}
