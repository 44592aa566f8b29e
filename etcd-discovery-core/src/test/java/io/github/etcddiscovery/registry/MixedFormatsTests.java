package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One registration in two formats, of which one carries more than the other.
 */
class MixedFormatsTests {

	private static final Layout GO_KIT = Layout.of(InstanceCodec.goKit());

	private static final String GO_KIT_KEY = "/services/echo/10.0.0.5:8888";

	private final RegistryRig rig = new RegistryRig(RegistryOptions.defaults().withLayouts(Layout.kitex(), GO_KIT));

	@Test
	void eachLayoutHasItsKeyAndItsValueUnderOneLease() {
		Registration registration = this.rig.registered();

		assertThat(this.rig.etcd.entries()).extracting(Entry::key)
			.containsExactlyInAnyOrder(Bytes.utf8(RegistryRig.KEY), Bytes.utf8(GO_KIT_KEY));
		assertThat(this.rig.etcd.entry(GO_KIT_KEY).value()).isEqualTo(Bytes.utf8("http://10.0.0.5:8888"));
		assertThat(this.rig.etcd.entries()).allMatch((entry) -> entry.lease() == this.rig.lease());
		assertThat(this.rig.etcd.calls(Call.GRANT)).isOne();
		assertThat(registration.keys()).extracting(KeyStatus::format).containsExactly("kitex", "go-kit");
		assertThat(registration.keys()).extracting(KeyStatus::key).containsExactly(RegistryRig.KEY, GO_KIT_KEY);
	}

	@Test
	void anUpdateIsWrittenWhereItMakesADifference() {
		Registration registration = this.rig.registered();
		long before = this.rig.etcd.entry(GO_KIT_KEY).modRevision();
		registration.update((instance) -> instance.withWeight(77));
		this.rig.run();
		assertThat(this.rig.value()).contains("\"weight\":77");
		assertThat(this.rig.etcd.entry(GO_KIT_KEY).modRevision()).as("go-kit has no weights").isEqualTo(before);
		registration.update((instance) -> instance.withTag("secure", "true"));
		this.rig.run();

		assertThat(this.rig.etcd.entry(GO_KIT_KEY).value()).isEqualTo(Bytes.utf8("https://10.0.0.5:8888"));
	}

}
