package io.github.etcddiscovery;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BytesTests {

	private static Bytes of(int... bytes) {
		byte[] content = new byte[bytes.length];
		for (int i = 0; i < bytes.length; i++) {
			content[i] = (byte) bytes[i];
		}
		return Bytes.of(content);
	}

	@Test
	void areSafeFromChangesOfTheArray() {
		byte[] content = { 1, 2 };
		Bytes bytes = Bytes.of(content);
		content[0] = 9;
		bytes.toByteArray()[1] = 9;
		assertThat(bytes).isEqualTo(of(1, 2));
	}

	@Test
	void areEqualByContent() {
		assertThat(Bytes.utf8("a\u00e9")).isEqualTo(of('a', 0xc3, 0xa9)).hasSameHashCodeAs(of('a', 0xc3, 0xa9));
		assertThat(of(1)).isNotEqualTo(of(1, 0)).isNotEqualTo(null);
		assertThat(Bytes.EMPTY).isEqualTo(Bytes.utf8("")).extracting(Bytes::size).isEqualTo(0);
	}

	@Test
	void areOrderedUnsigned() {
		assertThat(of(0x7f)).isLessThan(of(0x80));
		assertThat(of(1)).isLessThan(of(1, 0));
		assertThat(Bytes.utf8("\ue000")).isLessThan(Bytes.utf8("\ud83d\ude00"));
		assertThat(Bytes.EMPTY).isLessThan(of(0)).isEqualByComparingTo(of());
	}

	@Test
	void successorIsTheNextPossibleKey() {
		assertThat(of(1).successor()).isEqualTo(of(1, 0)).isGreaterThan(of(1));
	}

	@Test
	void prefixEndIsComputedAsEtcdsClientsDo() {
		assertThat(of('a', '/').prefixEnd()).isEqualTo(of('a', '0'));
		assertThat(of('a', 0xff, 0xff).prefixEnd()).isEqualTo(of('b'));
		assertThat(of(0x7f).prefixEnd()).isEqualTo(of(0x80));
		assertThat(of(0xff, 0xff).prefixEnd()).isEqualTo(of(0));
		assertThat(Bytes.EMPTY.prefixEnd()).isEqualTo(of(0));
	}

	@Test
	void startWithTheirPrefixes() {
		assertThat(of(1, 2, 3).startsWith(of(1, 2))).isTrue();
		assertThat(of(1, 2).startsWith(of(1, 2))).isTrue();
		assertThat(of(1, 2).startsWith(Bytes.EMPTY)).isTrue();
		assertThat(of(1, 2).startsWith(of(2))).isFalse();
		assertThat(of(1).startsWith(of(1, 2))).isFalse();
	}

	@Test
	void strictUtf8KnowsNoReplacement() {
		assertThat(Bytes.utf8("a\u00e9\ud83d\ude00\ufffd").strictUtf8()).isEqualTo("a\u00e9\ud83d\ude00\ufffd");
		assertThat(of('a', 0xff).strictUtf8()).isNull();
		assertThat(of(0xc0, 0x80).strictUtf8()).isNull();
		assertThat(of(0xed, 0xa0, 0x80).strictUtf8()).isNull();
		assertThat(of(0xe2, 0x82).strictUtf8()).isNull();
		assertThat(Bytes.EMPTY.strictUtf8()).isEmpty();
	}

	@Test
	void areShownAsOneShortLineOfAscii() {
		assertThat(of('a', ' ', '~', '\n', 0, 0x7f, 0xe9, '\\')).hasToString("a ~\\x0a\\x00\\x7f\\xe9\\x5c");
		assertThat(Bytes.utf8("\u202e".repeat(1000)).toString()).hasSizeLessThan(210).endsWith("...");
		assertThat(Bytes.utf8("a".repeat(200))).hasToString("a".repeat(200));
		assertThat(Bytes.utf8("\r\n\t\u001b[31m")).hasToString("\\x0d\\x0a\\x09\\x1b[31m");
	}

}
