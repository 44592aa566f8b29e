package io.github.etcddiscovery.test;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(60)
class EtcdExtensionIT {

	@RegisterExtension
	static final EtcdExtension shared = EtcdExtension.single();

	@RegisterExtension
	final EtcdExtension fresh = EtcdExtension.of(EtcdSettings.defaults());

	private static String endpointSeenFirst = "";

	@Test
	void instanceFieldGivesEachTestAnEmptyEtcd() {
		assertThat(this.fresh.revision()).isEqualTo(1);
		this.fresh.put("left behind", "1");
	}

	@Test
	void instanceFieldGivesTheNextTestAnEmptyEtcdToo() {
		instanceFieldGivesEachTestAnEmptyEtcd();
	}

	@Test
	void staticFieldKeepsOneEtcdForAllTests() {
		assertThat(sameAsBefore(shared.endpoint())).isTrue();
	}

	@Test
	void bothAreApart() {
		assertThat(sameAsBefore(shared.endpoint())).isTrue();
		assertThat(this.fresh.endpoint()).isNotEqualTo(shared.endpoint());
	}

	@Test
	void outsideOfATestThereIsNoEtcd() {
		assertThatIllegalStateException().isThrownBy(EtcdExtension.single()::endpoint)
			.withMessageContaining("@RegisterExtension");
	}

	private static boolean sameAsBefore(String endpoint) {
		if (endpointSeenFirst.isEmpty()) {
			endpointSeenFirst = endpoint;
		}
		return endpoint.equals(endpointSeenFirst);
	}

	@Nested
	class NestedTests {

		@Test
		void shareTheStaticFieldOfTheClassAround() {
			assertThat(sameAsBefore(shared.endpoint())).isTrue();
			shared.put("nested", "1");
		}

	}

}
