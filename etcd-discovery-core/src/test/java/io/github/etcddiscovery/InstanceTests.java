package io.github.etcddiscovery;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class InstanceTests {

	private final Instance instance = Instance.of("echo", "10.0.0.5", 8888);

	@Test
	void hasTheDefaultWeightAndNoTags() {
		assertThat(this.instance).isEqualTo(new Instance("echo", "10.0.0.5", 8888, 10, Map.of()));
	}

	@ParameterizedTest
	@CsvSource({ "10.0.0.5, 10.0.0.5:8888", "::1, [::1]:8888", "fe80::1%eth0, [fe80::1%eth0]:8888", "h, h:8888" })
	void addressHasIpv6InBrackets(String host, String address) {
		assertThat(Instance.of("echo", host, 8888).address()).isEqualTo(address);
	}

	@Test
	void idIsTheTagOrServiceAndAddress() {
		assertThat(this.instance.id()).isEqualTo("echo:10.0.0.5:8888");
		assertThat(this.instance.withTag(Instance.ID, "e1").id()).isEqualTo("e1");
	}

	@Test
	void tagsWithAMeaning() {
		assertThat(this.instance.zone()).isNull();
		assertThat(this.instance.withTag(Instance.ZONE, "a").zone()).isEqualTo("a");
		assertThat(this.instance.secure()).isFalse();
		assertThat(this.instance.withTag(Instance.SECURE, "TRUE").secure()).isTrue();
		assertThat(this.instance.withTag(Instance.SECURE, "yes").secure()).isFalse();
	}

	@Test
	void copiesDifferInOneThing() {
		Instance tagged = this.instance.withTags(Map.of("a", "1")).withWeight(20);
		assertThat(tagged).isEqualTo(new Instance("echo", "10.0.0.5", 8888, 20, Map.of("a", "1")));
		assertThat(tagged.withTag("a", "2").withTag("b", "3").tags()).isEqualTo(Map.of("a", "2", "b", "3"));
		assertThat(tagged.tags()).isEqualTo(Map.of("a", "1"));
	}

	@Test
	void isSafeFromChangesOfTheMap() {
		Map<String, String> tags = new HashMap<>(Map.of("a", "1"));
		Instance tagged = this.instance.withTags(tags);
		tags.put("b", "2");
		assertThat(tagged.tags()).containsOnlyKeys("a");
	}

	@Test
	void showsNoValueOfATag() {
		assertThat(this.instance.withTag("token", "s3cret")).asString()
			.contains("token", "echo")
			.doesNotContain("s3cret");
	}

	@Test
	void refusesWhatCannotBeRight() {
		assertThatIllegalArgumentException().isThrownBy(() -> Instance.of("", "h", 1))
			.withMessageStartingWith("service");
		assertThatIllegalArgumentException().isThrownBy(() -> Instance.of("s", "", 1)).withMessageStartingWith("host");
		assertThatIllegalArgumentException().isThrownBy(() -> Instance.of("s", "[::1]", 1))
			.withMessageContaining("without brackets");
		assertThatIllegalArgumentException().isThrownBy(() -> Instance.of("s", "h", 0))
			.withMessageStartingWith("port: 0");
		assertThatIllegalArgumentException().isThrownBy(() -> Instance.of("s", "h", 65536));
	}

	@Test
	void namesOfTagsBreakNoLineOfALog() {
		assertThat(Instance.of("echo", "10.0.0.5", 8888).withTag("first\nsecond", "x")).asString()
			.contains("first", "second")
			.doesNotContain("\n");
	}

}
