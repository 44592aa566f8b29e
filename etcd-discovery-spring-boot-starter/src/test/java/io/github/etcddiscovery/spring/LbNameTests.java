package io.github.etcddiscovery.spring;

import java.net.URI;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LbNameTests {

	@ParameterizedTest
	@ValueSource(strings = { "echo", "service.music.user", "a-b", "Echo", "10.0.0.1", "[::1]" })
	void aHostCanBeCalledAndListed(String name) {
		assertThat(LbName.isHost(name)).isTrue();
		assertThat(LbName.isHarmless(name)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "music_user", "providers:com.example.Echo:1.0", "1.2.3.400", "a..b", "-a", "музыка",
			"a%20b", "a;b", "x_y@" })
	void aNameThatMerelyHasNoHostIsListedAndCannotBeCalled(String name) {
		assertThat(LbName.isHost(name)).isFalse();
		assertThat(LbName.isHarmless(name)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "a/b", "a:80", "a:", "x@other", "x_y@other", "a?b", "a#b", "a_b/c", "a_b?c",
			"a_b#c", "/abs/key", "{a}", "a\\b", "a|b", "a^b", "a%", "a\nb", "[", "*", "**", "a*", "+a", "a(", "(a)",
			"x,other" })
	void whatIsNoUriOrAnotherHostOrAPatternIsNeither(String name) {
		assertThat(LbName.isHost(name)).isFalse();
		assertThat(LbName.isHarmless(name)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "a b, a-b", "a/b, a-b", "a:80, a-80", "x@other, x-other", "music_user, music-user",
			"/Test/Hello/, test-hello", "1 2, 1-2", "музыка, service", "'  ', service" })
	void theAliasIsMuchLikeTheNameAndCanBeCalled(String name, String alias) {
		assertThat(LbName.alias(name)).isEqualTo(alias);
		assertThat(URI.create("lb://" + alias)).hasHost(alias);
	}

}
