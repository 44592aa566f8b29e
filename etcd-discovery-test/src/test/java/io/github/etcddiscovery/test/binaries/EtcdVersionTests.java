package io.github.etcddiscovery.test.binaries;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EtcdVersionTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			etcd Version: 3.5.30     | 3.5.30
			etcd Version: 3.6.0-rc.4 | 3.6.0
			v3.4.23                  | 3.4.23
			3.4.23+dfsg-1            | 3.4.23
			Go Version: go1.2.3.4    | 1.2.3
			""")
	void theFirstVersionOfATextIsTaken(String text, String expected) {
		assertThat(EtcdVersion.in(text).map(EtcdVersion::toString)).contains(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "etcd", "3.5", "Git SHA: a1b2c3", "v3.x.1" })
	void aTextWithoutThreeNumbersHasNone(String text) {
		assertThat(EtcdVersion.in(text)).isEmpty();
	}

	@Test
	void versionsAreOrderedByNumbersAndNotByLetters() {
		assertThat(new EtcdVersion(3, 10, 0)).isGreaterThan(new EtcdVersion(3, 9, 99));
		assertThat(new EtcdVersion(3, 5, 30)).isGreaterThan(new EtcdVersion(3, 5, 9));
		assertThat(new EtcdVersion(4, 0, 0)).isGreaterThan(new EtcdVersion(3, 99, 99));
		assertThat(new EtcdVersion(3, 5, 1)).isEqualByComparingTo(new EtcdVersion(3, 5, 1));
	}

	@ParameterizedTest
	@CsvSource({ "3.3.99, false", "3.4.0, true", "3.4.23, true", "3.6.1, true", "4.0.0, true", "2.9.9, false" })
	void whatIsOlderThanThreeFourIsTooOld(String version, boolean expected) {
		assertThat(EtcdVersion.in(version).orElseThrow().isAtLeast(3, 4)).isEqualTo(expected);
	}

}
