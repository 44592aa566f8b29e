package io.github.etcddiscovery.interop;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LinesTests {

	private static final Duration NOT_AT_ALL = Duration.ZERO;

	private static final Duration LONG = Duration.ofSeconds(30);

	private final Lines lines = new Lines();

	@Test
	void lineIsWaitedForOnce() {
		this.lines.add("answer one");
		this.lines.add("answer two");
		assertThat(this.lines.next((line) -> line.startsWith("answer"), NOT_AT_ALL)).hasValue("answer one");
		assertThat(this.lines.next((line) -> line.startsWith("answer"), NOT_AT_ALL)).hasValue("answer two");
		assertThat(this.lines.next((line) -> line.startsWith("answer"), NOT_AT_ALL)).isEmpty();
	}

	@Test
	void linesBeforeTheWantedOneArePassedOver() {
		this.lines.add("instances");
		this.lines.add("answer one");
		assertThat(this.lines.next("answer one"::equals, NOT_AT_ALL)).hasValue("answer one");
		assertThat(this.lines.next("instances"::equals, NOT_AT_ALL)).isEmpty();
	}

	@Test
	void onlyTheNewestLineOfAKindCounts() {
		this.lines.add("instances a");
		this.lines.add("instances b");
		this.lines.add("answer a");
		assertThat(newest("instances a", NOT_AT_ALL)).isFalse();
		assertThat(newest("instances b", NOT_AT_ALL)).isTrue();
	}

	@Test
	void lineThatComesLaterIsWaitedFor() {
		Thread later = new Thread(() -> this.lines.add("instances a"));
		later.start();
		assertThat(newest("instances a", LONG)).isTrue();
	}

	@Test
	void nothingIsWaitedForWhenNoLineCanComeAnyMore() {
		this.lines.add("instances a");
		Thread later = new Thread(this.lines::end);
		later.start();
		assertThat(newest("instances b", LONG)).isFalse();
	}

	private boolean newest(String wanted, Duration timeout) {
		return this.lines.newest((line) -> line.startsWith("instances"), wanted::equals, timeout).isPresent();
	}

}
