package io.github.etcddiscovery.spring.registration;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

import io.github.etcddiscovery.Instance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What POSTs to the endpoint change of the own registration. */
class EndpointPostTests {

	private final EtcdRegistration registration = new EtcdRegistration(
			Instance.of("echo", "10.0.0.5", 8888).withTags(Map.of("version", "1", "zone", "a")));

	private final MetadataPost metadata = new MetadataPost(this.registration);

	@Test
	void weightIsOneToAThousand() {
		WeightPost weight = new WeightPost(this.registration);
		weight.accept(7);
		assertThat(this.registration.instance().weight()).isEqualTo(7);
		for (@Nullable
		Object wrong : Arrays.asList(0, 1001, -1, 7.5, "7", null, 10_000_000_000L, Double.NaN)) {
			assertThatIllegalArgumentException().isThrownBy(() -> weight.accept(wrong))
				.withMessageContaining("1 to 1000");
		}
		assertThat(this.registration.instance().weight()).isEqualTo(7);
	}

	/** Each JSON library has types of its own for the same number. */
	@Test
	void aWeightIsAnyNumberThatIsWhole() {
		WeightPost weight = new WeightPost(this.registration);
		weight.accept(8L);
		assertThat(this.registration.instance().weight()).isEqualTo(8);
		weight.accept(9.0);
		assertThat(this.registration.instance().weight()).isEqualTo(9);
		weight.accept(BigInteger.TEN);
		assertThat(this.registration.instance().weight()).isEqualTo(10);
	}

	@Test
	void metadataIsMergedAndNullRemoves() {
		Map<String, Object> changes = new HashMap<>(Map.of("zone", "b", "build", 17));
		changes.put("version", null);
		this.metadata.accept(changes);
		assertThat(this.registration.instance().tags()).isEqualTo(Map.of("zone", "b", "build", "17"));
	}

	@Test
	void whatIsGeneratedIsRefusedWhole() {
		for (String name : OwnInstance.GENERATED_TAGS) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> this.metadata.accept(Map.of(name, "secret", "zone", "b")))
				.withMessageContaining(name)
				.withMessageNotContaining("secret");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> this.metadata.accept(Collections.singletonMap(name, null)));
		}
		assertThat(this.registration.instance().zone()).isEqualTo("a");
	}

	@Test
	void metadataIsTextsByName() {
		for (@Nullable
		Object wrong : Arrays.asList("zone", 7, null, Map.of("zone", Map.of()))) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.metadata.accept(wrong))
				.withMessageContaining("metadata");
		}
	}

}
