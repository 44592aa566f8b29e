package io.github.etcddiscovery.spring.actuate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Who may send a POST. */
class PostAnswerTests {

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
			"json", "text/plain, application/json" })
	void noFormOfAnotherSite(String contentType) {
		assertThat(PostAnswer.isJson(contentType)).isFalse();
	}

	@Test
	void whoSendsJson() {
		assertThat(PostAnswer.isJson("application/json")).isTrue();
		assertThat(PostAnswer.isJson("application/json;charset=UTF-8")).isTrue();
		assertThat(PostAnswer.isJson("application/vnd.spring-boot.actuator.v3+json")).isTrue();
	}

}
