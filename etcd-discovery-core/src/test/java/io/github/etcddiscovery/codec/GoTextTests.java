package io.github.etcddiscovery.codec;

import java.util.HexFormat;

import io.github.etcddiscovery.Bytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class GoTextTests {

	/** The right column is what Go's {@code []rune(string(bytes))} is. */
	@ParameterizedTest
	@CsvSource({ "'', ''", "61c3a9, a\u00e9", "f09f9880, \ud83d\ude00", "efbfbd, \ufffd", "ff, \ufffd",
			"61ff62, a\ufffdb", "80, \ufffd", "c3, \ufffd", "c361, \ufffda", "e282, \ufffd\ufffd",
			"e28261, \ufffd\ufffda", "f09f98, \ufffd\ufffd\ufffd", "c080, \ufffd\ufffd", "e08080, \ufffd\ufffd\ufffd",
			"eda080, \ufffd\ufffd\ufffd", "f4908080, \ufffd\ufffd\ufffd\ufffd", "f5808080, \ufffd\ufffd\ufffd\ufffd",
			"ffefbfbdff, \ufffd\ufffd\ufffd" })
	void replacesEachBadByteAsGoDoes(String hex, String text) {
		assertThat(GoText.decode(Bytes.of(HexFormat.of().parseHex(hex)))).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource({ "a\ud83d\ude00, a\ud83d\ude00", "a\ud83d, a\ufffd", "\ude00\ud83d, \ufffd\ufffd",
			"\ud83d\ud83d\ude00, \ufffd\ud83d\ude00" })
	void replacesHalvesOfPairs(String text, String expected) {
		assertThat(GoText.wellFormed(text)).isEqualTo(expected);
	}

}
