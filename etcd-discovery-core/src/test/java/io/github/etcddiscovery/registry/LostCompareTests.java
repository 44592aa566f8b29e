package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Another writer is always a little faster: each of our transactions finds that the key
 * is not as we have read it.
 */
class LostCompareTests {

	private static final Duration ON_THE_WAY = Duration.ofMillis(10);

	private final RegistryRig rig = new RegistryRig();

	private int written;

	@Test
	void twoLostOnesAreMadeAgainAtOnceAndEveryOneAfterThemAfterAPause() {
		this.rig.etcd.delayRequests(Call.COMMIT, ON_THE_WAY);
		Registration registration = this.rig.registered();
		assertThat(commits()).isEqualTo(1);
		lose();
		assertThat(commits()).as("after the first").isEqualTo(2);
		lose();
		assertThat(commits()).as("after the second").isEqualTo(3);
		lose();
		assertThat(commits()).as("after the third").isEqualTo(3);

		Duration first = untilTheNextCommit();
		lose();
		assertThat(commits()).as("after the fourth").isEqualTo(4);
		Duration second = untilTheNextCommit();
		assertThat(first).isLessThanOrEqualTo(Duration.ofMillis(200));
		assertThat(second).isLessThanOrEqualTo(Duration.ofMillis(400));

		this.rig.advance(ON_THE_WAY);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	@Test
	void aCommittedOneEndsTheRow() {
		this.rig.etcd.delayRequests(Call.COMMIT, ON_THE_WAY);
		Registration registration = this.rig.registered();
		lose();
		lose();
		this.rig.advance(ON_THE_WAY);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		this.rig.etcd.resetCalls();

		registration.update((instance) -> instance.withWeight(20));
		this.rig.run();
		lose();
		lose();
		assertThat(commits()).isEqualTo(3);
	}

	/** The key is written under no lease, while our transaction is on its way. */
	private void lose() {
		this.rig.etcd.put(RegistryRig.KEY, "another writer's " + ++this.written);
		this.rig.advance(ON_THE_WAY);
	}

	private Duration untilTheNextCommit() {
		int before = commits();
		Duration passed = Duration.ZERO;
		while (commits() == before) {
			this.rig.advance(Duration.ofMillis(1));
			passed = passed.plusMillis(1);
		}
		return passed;
	}

	private int commits() {
		return this.rig.etcd.calls(Call.COMMIT);
	}

}
