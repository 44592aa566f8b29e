package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.model.Backup;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a watch tells that began before etcd was restored.
 */
class LateEventTests {

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	@Test
	void whatWeWroteBeforeTheRestoreIsNoEdit() {
		Backup backup = Backup.of(this.rig.etcd);
		for (int i = 0; i < 5; i++) {
			this.rig.etcd.put("some/other", "so that the revision goes back");
		}
		this.rig.advanceSeconds(12);
		this.rig.etcd.watchFaults().holdBack(true);
		update(11);
		backup.restore();
		update(12);
		this.rig.advanceSeconds(31);
		assertThat(this.rig.value()).contains("\"weight\":12");
		this.rig.etcd.watchFaults().holdBack(false);
		this.rig.advanceSeconds(31);
		assertThat(this.registration.edited()).isEmpty();
		assertThat(this.rig.value()).contains("\"weight\":12");
	}

	private void update(int weight) {
		this.registration.update((instance) -> instance.withWeight(weight));
		this.rig.run();
	}

}
