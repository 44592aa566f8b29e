package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody attaches a key to our lease that we may not write: from 3.5 on etcd refuses
 * puts under that lease, its renewal and its revocation.
 */
class SpoiltLeaseTests {

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	@BeforeEach
	void forbid() {
		this.rig.etcd.forbid(KeyRange.prefix(Bytes.utf8("forbidden/")));
	}

	@Test
	void keysMoveToAnotherLeaseAndAreNeverDenied() {
		long lease = this.rig.lease();
		spoil();
		this.rig.advanceSeconds(6);
		assertThat(this.rig.lease()).isNotEqualTo(lease);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
		assertThat(this.rig.transitions).doesNotContain("DENIED");
	}

	@Test
	void aPutThatIsRefusedForAnothersKeyMovesAtOnce() {
		spoil();
		this.registration.update((instance) -> instance.withWeight(20));
		this.rig.run();
		assertThat(this.rig.value()).contains("\"weight\":20");
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.transitions).doesNotContain("DENIED");
	}

	@Test
	void doneAgainAndAgainItCostsAFewLeasesAndNoKey() {
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getPackageName())) {
			for (int i = 0; i < 1_200; i++) {
				spoil();
				if (i % 10 == 0) {
					int weight = 20 + i % 100;
					this.registration.update((instance) -> instance.withWeight(weight));
				}
				this.rig.advance(Duration.ofMillis(100));
				assertThat(this.rig.entry()).as("after %s spoilings", i).isNotNull();
			}
			assertThat(lines.at("ERROR")).isEmpty();
		}
		assertThat(this.rig.transitions).doesNotContain("DENIED");
		assertThat(this.rig.etcd.calls(Call.GRANT)).isBetween(10, 120);
	}

	@Test
	void aListOfTheLeaseThatMayNotBeReadAsksForARenewal() {
		this.rig.etcd.forbidReads(KeyRange.prefix(Bytes.utf8("forbidden/")));
		long lease = this.rig.lease();
		spoil();
		this.rig.advanceSeconds(31);
		assertThat(this.rig.lease()).isNotEqualTo(lease);
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	private void spoil() {
		this.rig.etcd.put("forbidden/" + this.rig.lease(), "x", this.rig.lease());
	}

}
