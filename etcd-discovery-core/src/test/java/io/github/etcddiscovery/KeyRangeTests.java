package io.github.etcddiscovery;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class KeyRangeTests {

	private static boolean contains(KeyRange range, String key) {
		return range.contains(Bytes.utf8(key));
	}

	@Test
	void prefixHoldsWhatStartsWithItOnly() {
		KeyRange range = KeyRange.prefix(Bytes.utf8("svc7/"));
		assertThat(contains(range, "svc7/")).isTrue();
		assertThat(contains(range, "svc7/a")).isTrue();
		assertThat(contains(range, "svc7/\udbff\udfff")).isTrue();
		assertThat(contains(range, "svc7")).isFalse();
		assertThat(contains(range, "svc70/a")).isFalse();
		assertThat(contains(range, "svc6/a")).isFalse();
		assertThat(contains(range, "svc70")).isFalse();
	}

	@Test
	void emptyPrefixHoldsEveryKey() {
		KeyRange range = KeyRange.prefix(Bytes.EMPTY);
		assertThat(range.contains(Bytes.of(new byte[1]))).isTrue();
		assertThat(range.contains(Bytes.of(new byte[] { -1, -1, -1 }))).isTrue();
		assertThat(range).hasToString("all keys");
	}

	@Test
	void prefixOfHighestBytesHasNoEnd() {
		KeyRange range = KeyRange.prefix(Bytes.of(new byte[] { -1 }));
		assertThat(range.contains(Bytes.of(new byte[] { -1, -1, -1 }))).isTrue();
		assertThat(range.contains(Bytes.of(new byte[] { -2 }))).isFalse();
	}

	@Test
	void singleHoldsOneKey() {
		KeyRange range = KeyRange.single(Bytes.utf8("a"));
		assertThat(contains(range, "a")).isTrue();
		assertThat(contains(range, "a\u0000")).isFalse();
		assertThat(contains(range, "")).isFalse();
	}

	@Test
	void restBeginsWhereThePageEnded() {
		KeyRange rest = KeyRange.prefix(Bytes.utf8("p/")).from(Bytes.utf8("p/b").successor());
		assertThat(contains(rest, "p/b")).isFalse();
		assertThat(contains(rest, "p/b\u0000")).isTrue();
		assertThat(contains(rest, "p/c")).isTrue();
		assertThat(contains(rest, "p0")).isFalse();
	}

	@Test
	void isShownAsPeopleWriteItAndEscaped() {
		assertThat(KeyRange.prefix(Bytes.utf8("a\n/"))).hasToString("a\\x0a/*");
		assertThat(KeyRange.prefix(Bytes.of(new byte[] { -1 }))).hasToString("\\xff*");
		assertThat(KeyRange.single(Bytes.utf8("a/b"))).hasToString("a/b");
		assertThat(KeyRange.prefix(Bytes.utf8("p/")).from(Bytes.utf8("p/b"))).hasToString("[p/b, p0)");
		assertThat(KeyRange.prefix(Bytes.EMPTY).from(Bytes.utf8("p"))).hasToString("[p, no end)");
	}

}
