package io.github.etcddiscovery.spring.actuate;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.github.etcddiscovery.spring.EndpointPost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;

/** Who may send a POST, and what it is answered. */
class PostAnswerTests {

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
			"json", "text/plain, application/json" })
	void noFormOfAnotherSite(String contentType) {
		assertThat(PostAnswer.isJson(contentType)).isFalse();
	}

	@Test
	void whatCannotBeDoneYetIsNoFaultOfTheCaller() {
		PostAnswer answer = PostAnswer.of(new DiscoveryPosts(List.of(new EndpointPost() {
			@Override
			public String member() {
				return "weight";
			}

			@Override
			public void accept(@Nullable Object value) {
				throw new IllegalStateException("The address is not known yet");
			}
		})), "{\"weight\":7}".getBytes(StandardCharsets.UTF_8));
		assertThat(answer).isEqualTo(new PostAnswer(HttpStatus.CONFLICT, "The address is not known yet"));
	}

	@Test
	void whoSendsJson() {
		assertThat(PostAnswer.isJson("application/json")).isTrue();
		assertThat(PostAnswer.isJson("application/json;charset=UTF-8")).isTrue();
		assertThat(PostAnswer.isJson("application/vnd.spring-boot.actuator.v3+json")).isTrue();
	}

}
