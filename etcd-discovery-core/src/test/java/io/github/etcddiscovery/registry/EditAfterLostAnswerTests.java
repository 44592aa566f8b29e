package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Edits of a key whose create had no answer, though it was applied.
 */
class EditAfterLostAnswerTests {

	private final RegistryRig rig = new RegistryRig();

	private Registration registration;

	private String created;

	@BeforeEach
	void register() {
		this.rig.etcd.withhold(Call.COMMIT, 1);
		this.registration = this.rig.registered();
		this.rig.advanceSeconds(10);
		this.created = this.rig.value();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.created).contains("\"weight\":10");
	}

	@Test
	void anEditBackToWhatWasCreatedIsOneToo() {
		edit(this.created.replace("\"weight\":10", "\"weight\":7"));
		assertThat(this.registration.instance().weight()).isEqualTo(7);
		edit(this.created);
		assertThat(this.registration.instance().weight()).isEqualTo(10);
		assertThat(this.rig.value()).isEqualTo(this.created);
	}

	@Test
	void anEditOfOneFieldBackToWhatWasCreatedIsOneToo() {
		edit(this.created.replace("\"weight\":10", "\"weight\":7"));
		edit(this.created.replace("\"tags\":null", "\"tags\":{\"zone\":\"b\"}"));
		assertThat(this.registration.instance()).isEqualTo(RegistryRig.ECHO.withTag("zone", "b"));
	}

	@Test
	void anUpdateOfOursIsNone() {
		this.registration.update((instance) -> instance.withWeight(8));
		this.rig.run();
		assertThat(this.rig.value()).contains("\"weight\":8");
		assertThat(this.registration.edited()).isEmpty();
	}

	private void edit(String value) {
		this.rig.etcd.edit(RegistryRig.KEY, value);
		this.rig.run();
	}

}
