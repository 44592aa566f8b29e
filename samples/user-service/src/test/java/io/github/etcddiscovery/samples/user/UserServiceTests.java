package io.github.etcddiscovery.samples.user;

import java.nio.file.Path;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "etcd.discovery.enabled=false", "users.hash-iterations=1000" })
@AutoConfigureRestTestClient
class UserServiceTests {

	@TempDir
	private static Path folder;

	@Autowired
	private RestTestClient http;

	private final String name = "user " + UUID.randomUUID();

	@DynamicPropertySource
	static void properties(DynamicPropertyRegistry properties) {
		properties.add("users.folder", () -> folder);
	}

	@Test
	void registeredUserCanLogIn() {
		register("secret", "request").jsonPath("$.statusCode")
			.isEqualTo(0)
			.jsonPath("$.statusMessage")
			.isEqualTo("success");
		login("secret").jsonPath("$.statusCode").isEqualTo(0).jsonPath("$.userId").isNotEmpty();
	}

	@Test
	void wrongPasswordIsRefused() {
		register("secret", "request");
		login("Secret").json("{\"statusCode\":10004,\"statusMessage\":\"authorization failed\",\"userId\":null}");
	}

	@Test
	void unknownUserIsRefusedInTheSameWords() {
		login("secret").json("{\"statusCode\":10004,\"statusMessage\":\"authorization failed\",\"userId\":null}");
	}

	@Test
	void takenNameIsRefused() {
		register("secret", "request");
		register("other", "other request")
			.json("{\"statusCode\":10003,\"statusMessage\":\"user already exists\",\"userId\":null}");
		login("secret").jsonPath("$.statusCode").isEqualTo(0);
	}

	@Test
	void repeatedRequestSucceeds() {
		register("secret", "request");
		register("secret", "request").jsonPath("$.statusCode").isEqualTo(0);
	}

	@Test
	void requestWithoutIdIsInvalid() {
		this.http.post()
			.uri("/users/register")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"username\":\"alice\",\"password\":\"secret\"}")
			.exchange()
			.expectStatus()
			.isBadRequest();
	}

	private RestTestClient.BodyContentSpec register(String password, String requestId) {
		return call("/users/register", new UserController.Registration(this.name, password, requestId));
	}

	private RestTestClient.BodyContentSpec login(String password) {
		return call("/users/login", new UserController.Login(this.name, password));
	}

	private RestTestClient.BodyContentSpec call(String path, Object body) {
		return this.http.post().uri(path).body(body).exchange().expectStatus().isOk().expectBody();
	}

}
