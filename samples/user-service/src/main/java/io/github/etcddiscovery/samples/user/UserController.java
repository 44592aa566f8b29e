package io.github.etcddiscovery.samples.user;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The calls that the gateway makes.
 */
@RestController
@RequestMapping("/users")
class UserController {

	private final Users users;

	UserController(Users users) {
		this.users = users;
	}

	@PostMapping("/register")
	Reply register(@Valid @RequestBody Registration request) {
		return this.users.register(request.username(), request.password(), request.requestId())
			.map(Reply::success)
			.orElseGet(() -> Reply.refused(Status.USER_ALREADY_EXISTS));
	}

	@PostMapping("/login")
	Reply login(@Valid @RequestBody Login request) {
		return this.users.login(request.username(), request.password())
			.map(Reply::success)
			.orElseGet(() -> Reply.refused(Status.AUTHORIZATION_FAILED));
	}

	record Registration(@NotBlank String username, @NotBlank String password, @NotBlank String requestId) {

		@Override
		public String toString() {
			return "Registration[username=" + this.username + ", requestId=" + this.requestId + "]";
		}

	}

	record Login(@NotBlank String username, @NotBlank String password) {

		@Override
		public String toString() {
			return "Login[username=" + this.username + "]";
		}

	}

}
