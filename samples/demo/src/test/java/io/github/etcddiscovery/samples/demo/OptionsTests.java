package io.github.etcddiscovery.samples.demo;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OptionsTests {

	@Test
	void nothingMeansTheUsualPortAndAnEnd() {
		assertThat(Options.of(List.of(), null)).isEqualTo(new Options(8889, false, false, false));
	}

	@Test
	void portCanBeChosen() {
		assertThat(Options.of(List.of("--keep"), "9000")).isEqualTo(new Options(9000, true, false, false));
	}

	@Test
	void goServicesAreShownWhereThatIsAskedFor() {
		assertThat(Options.of(List.of("--interop"), null)).isEqualTo(new Options(8889, false, false, true));
	}

	@Test
	void goServicesCannotBeKept() {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.of(List.of("--interop", "--keep"), null))
			.withMessageContaining("--interop without --keep");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "65536", "99999999", "-1", "http", "88 89" })
	void whatIsNoPortIsNamed(String port) {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.of(List.of(), port))
			.withMessageContaining("DEMO_PORT=" + port);
	}

	@Test
	void unknownOptionIsNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.of(List.of("--kep"), null))
			.withMessageContaining("--kep");
	}

}
