package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Backup;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * etcd is restored from a backup with a revision far above the present one, so that no
 * revision tells that what has come since is lost.
 */
class RestoredWithBumpTests {

	private static final String OTHER_KEY = "kitex/registry-etcd/other/10.0.0.6:8888";

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	private final Registration other = this.rig.registry.register(Instance.of("other", "10.0.0.6", 8888));

	@Test
	void whatWasClosedIsGoneAndWhatWasChangedStandsAsItWasChanged() {
		this.rig.run();
		Backup backup = Backup.of(this.rig.etcd);
		RegistryRig.leave(this.other);
		this.registration.update((instance) -> instance.withWeight(30));
		this.rig.run();
		backup.restoreBumped();
		assertThat(this.rig.etcd.entry(OTHER_KEY)).isNotNull();
		assertThat(this.rig.value()).contains("\"weight\":10");
		this.rig.advanceSeconds(6);

		assertThat(this.rig.etcd.entry(OTHER_KEY)).isNull();
		assertThat(this.rig.value()).contains("\"weight\":30");
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void whatWasRegisteredSinceStandsAgain() {
		Backup backup = Backup.of(this.rig.etcd);
		this.rig.run();
		assertThat(this.rig.etcd.entry(OTHER_KEY)).isNotNull();
		backup.restoreBumped();
		assertThat(this.rig.etcd.entry(OTHER_KEY)).isNull();
		this.rig.advanceSeconds(6);

		assertThat(this.rig.etcd.entry(OTHER_KEY)).isNotNull();
	}

	@Test
	void whereTheStreamsStayOpenItIsSoWithinOneObserveDelay() {
		this.rig.run();
		Backup backup = Backup.of(this.rig.etcd);
		RegistryRig.leave(this.other);
		this.registration.update((instance) -> instance.withWeight(30));
		this.rig.run();
		backup.restoreBumped();
		this.rig.etcd.muteStreams(true);
		this.rig.advanceSeconds(36);

		assertThat(this.rig.etcd.entry(OTHER_KEY)).isNull();
		assertThat(this.rig.value()).contains("\"weight\":30");
	}

}
