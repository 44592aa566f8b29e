package io.github.etcddiscovery.codec;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SharedTextTests {

	@Test
	void equalPartsAreOneCopy() {
		String first = SharedText.of("xxregionxx", 2, 8);
		assertThat(first).isEqualTo("region");
		assertThat(SharedText.of("region:", 0, 6)).isSameAs(first);
	}

	@Test
	void longTextsAreNotKept() {
		String text = "a".repeat(66);
		assertThat(SharedText.of(text, 0, 65)).isEqualTo(text.substring(1)).isNotSameAs(SharedText.of(text, 0, 65));
		assertThat(SharedText.of(text, 0, 64)).isSameAs(SharedText.of(text, 1, 65));
	}

	@Test
	void textsWithTheSameHashAreKeptApart() {
		assertThat("Aa").hasSameHashCodeAs("BB");
		assertThat(SharedText.of("Aa", 0, 2)).isEqualTo("Aa");
		assertThat(SharedText.of("BB", 0, 2)).isEqualTo("BB");
		assertThat(SharedText.of("Aa", 0, 2)).isEqualTo("Aa");
	}

	@Test
	void moreTextsThanThereIsRoomForAreAllRight() {
		for (int i = 0; i < 10_000; i++) {
			String text = "text" + i;
			assertThat(SharedText.of(text, 0, text.length())).isEqualTo(text);
			assertThat(SharedText.of(text, 4, 4)).isEmpty();
		}
	}

}
