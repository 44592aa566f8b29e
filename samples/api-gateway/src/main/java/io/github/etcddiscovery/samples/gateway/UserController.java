package io.github.etcddiscovery.samples.gateway;

import java.util.Map;
import java.util.UUID;

import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * What browsers call.
 */
@RestController
@RequestMapping("/api/user")
class UserController {

	private final UserClient users;

	UserController(UserClient users) {
		this.users = users;
	}

	@PostMapping("/register")
	Answer register(@Valid @RequestBody Credentials credentials,
			@RequestHeader(name = "X-Request-Id", required = false) @Nullable String id) {
		String requestId = (id != null) ? check(id) : UUID.randomUUID().toString();
		UserReply reply = this.users.register(credentials.username(), credentials.password(), requestId);
		return new Answer(reply.statusCode(), reply.statusMessage(), null);
	}

	private static String check(String id) {
		if (id.isBlank() || id.length() > 64) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "X-Request-Id: must have 1 to 64 characters");
		}
		return id;
	}

	@PostMapping("/login")
	Answer login(@Valid @RequestBody Credentials credentials) {
		UserReply reply = this.users.login(credentials.username(), credentials.password());
		return new Answer(reply.statusCode(), reply.statusMessage(),
				(reply.userId() != null) ? Map.of("userId", reply.userId()) : null);
	}

}
