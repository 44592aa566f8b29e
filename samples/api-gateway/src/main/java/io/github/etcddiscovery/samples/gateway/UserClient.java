package io.github.etcddiscovery.samples.gateway;

import java.util.Map;
import java.util.Objects;

import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * The user service, wherever its instances are.
 */
@Component
class UserClient {

	private final RestClient http;

	UserClient(RestClient userHttp) {
		this.http = userHttp;
	}

	/**
	 * Registers a user.
	 * @param username name of the user
	 * @param password password of the user
	 * @param requestId the same for each attempt, so that an attempt that got through
	 * without our learning of it does no harm
	 * @return what the service answered
	 * @throws UnavailableException when no instance answered
	 */
	UserReply register(String username, String password, String requestId) {
		return call("/users/register", Map.of("username", username, "password", password, "requestId", requestId));
	}

	/**
	 * Checks a password.
	 * @param username name of the user
	 * @param password password of the user
	 * @return what the service answered
	 * @throws UnavailableException when no instance answered
	 */
	UserReply login(String username, String password) {
		return call("/users/login", Map.of("username", username, "password", password));
	}

	private UserReply call(String path, Map<String, String> body) {
		try {
			return Objects.requireNonNull(this.http.post().uri(path).body(body).retrieve().body(UserReply.class));
		}
		// The last two are the balancer's words for "no instance", without and with
		// retry.
		catch (RestClientException | IllegalStateException | IllegalArgumentException ex) {
			throw new UnavailableException("user service", ex);
		}
	}

}
