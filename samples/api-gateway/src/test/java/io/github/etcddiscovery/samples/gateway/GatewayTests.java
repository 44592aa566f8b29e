package io.github.etcddiscovery.samples.gateway;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.http.MediaType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class GatewayTests {

	private static final String ALICE = "{\"username\":\"alice\",\"password\":\"secret\"}";

	private static StubInstance userService;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		userService = new StubInstance();
		gateway = new GatewayFixture(List.of(userService.uri()));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		userService.close();
	}

	@Test
	void registersAUser() {
		userService.answer("{\"statusCode\":0,\"statusMessage\":\"success\",\"userId\":\"42\"}");
		gateway.post("/api/user/register", ALICE)
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.isEqualTo("{\"code\":0,\"message\":\"success\",\"data\":null}");
	}

	@Test
	void logsAUserIn() {
		userService.answer("{\"statusCode\":0,\"statusMessage\":\"success\",\"userId\":\"42\"}");
		gateway.post("/api/user/login", ALICE)
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.isEqualTo("{\"code\":0,\"message\":\"success\",\"data\":{\"userId\":\"42\"}}");
	}

	@Test
	void passesTheServicesRefusalOn() {
		userService.answer("{\"statusCode\":10003,\"statusMessage\":\"user already exists\",\"userId\":null}");
		gateway.post("/api/user/register", ALICE)
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.isEqualTo("{\"code\":10003,\"message\":\"user already exists\",\"data\":null}");
	}

	@Test
	void passesTheCallersRequestIdOn() {
		gateway.http()
			.post()
			.uri("/api/user/register")
			.header("X-Request-Id", "the caller's own")
			.contentType(MediaType.APPLICATION_JSON)
			.body(ALICE)
			.exchange()
			.expectStatus()
			.isOk();
		assertThat(userService.bodies()).last().asString().contains("\"requestId\":\"the caller's own\"");
	}

	static Stream<Arguments> invalid() {
		String text = "the body must be JSON with the strings username and password";
		String longName = "a".repeat(65);
		return Stream.of(arguments("", text), arguments("{\"username\":\"alice\",\"password\":\"secret", text),
				arguments("[]", text), arguments("{\"username\":{},\"password\":\"secret\"}", text),
				arguments("{}", "password: must not be blank; username: must not be blank"),
				arguments("{\"username\":\" \",\"password\":\"secret\"}", "username: must not be blank"),
				arguments("{\"username\":\"a\\u0000\",\"password\":\"secret\"}",
						"username: must not hold control characters"),
				arguments("{\"username\":\"" + longName + "\",\"password\":\"secret\"}",
						"username: size must be between 0 and 64"));
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void saysWhyARequestIsNotValid(String body, String reason) {
		int before = userService.bodies().size();
		for (String path : List.of("/api/user/register", "/api/user/login")) {
			gateway.post(path, body)
				.expectStatus()
				.isBadRequest()
				.expectBody(String.class)
				.isEqualTo("{\"error\":\"" + reason + "\"}");
		}
		assertThat(userService.bodies()).hasSize(before);
	}

	@Test
	void requestIdThatIsTooLongIsNotValid() {
		gateway.http()
			.post()
			.uri("/api/user/register")
			.header("X-Request-Id", "1".repeat(65))
			.contentType(MediaType.APPLICATION_JSON)
			.body(ALICE)
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectBody(String.class)
			.isEqualTo("{\"error\":\"X-Request-Id: must have 1 to 64 characters\"}");
	}

	@Test
	void otherMethodsAndPathsHaveTheSameShapeOfError() {
		gateway.http()
			.get()
			.uri("/api/user/login")
			.exchange()
			.expectStatus()
			.isEqualTo(405)
			.expectBody()
			.jsonPath("$.error")
			.isNotEmpty();
		gateway.http()
			.get()
			.uri("/nowhere")
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectBody()
			.jsonPath("$.error")
			.isNotEmpty();
	}

}
