package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One registration under several layouts: a key and a state for each, one lease for all.
 */
class SeveralLayoutsTests {

	private static final Layout GO_KIT = Layout.of(InstanceCodec.goKit());

	private static final String GO_KIT_KEY = "/services/echo/10.0.0.5:8888";

	private static final KeyRange SERVICES = KeyRange.prefix(Bytes.utf8("/services/"));

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
	void theStateOfAllIsTheFirstOfTheContractsOrderThatOneOfThemHas() {
		assertThat(RegistrationState.values()).containsExactly(RegistrationState.CONFLICT, RegistrationState.DENIED,
				RegistrationState.FAILED, RegistrationState.WAITING, RegistrationState.UNCERTAIN,
				RegistrationState.REGISTERING, RegistrationState.OUT, RegistrationState.REGISTERED,
				RegistrationState.CLOSED);
		this.rig.etcd.forbid(SERVICES);
		Registration registration = this.rig.registered();
		assertThat(registration.state()).isEqualTo(RegistrationState.DENIED);
		this.rig.etcd.put(RegistryRig.KEY, "a successor's", this.rig.etcd.grant(Duration.ofHours(1)));
		this.rig.run();
		assertThat(registration.state()).isEqualTo(RegistrationState.CONFLICT);
		assertThat(states(registration)).containsExactly(RegistrationState.CONFLICT, RegistrationState.DENIED);
	}

	@Test
	void whenRegisteredWaitsForAllOfThem() {
		this.rig.etcd.forbid(SERVICES);
		Registration registration = this.rig.registered();
		assertThat(states(registration)).containsExactly(RegistrationState.REGISTERED, RegistrationState.DENIED);
		assertThat(registration.whenRegistered().toCompletableFuture()).isNotDone();
		this.rig.etcd.permit(SERVICES);
		this.rig.advanceSeconds(31);

		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(5, TimeUnit.SECONDS);
	}

	@Test
	void whatHappensToOneKeyIsNothingToTheOther() {
		Registration registration = this.rig.registered();
		long before = this.rig.entry().modRevision();
		this.rig.etcd.delete(GO_KIT_KEY);
		this.rig.advanceSeconds(1);
		assertThat(this.rig.etcd.entry(GO_KIT_KEY)).isNotNull();
		this.rig.etcd.put(GO_KIT_KEY, "a successor's", this.rig.etcd.grant(Duration.ofHours(1)));
		this.rig.advance(Duration.ofMinutes(5));

		assertThat(states(registration)).containsExactly(RegistrationState.REGISTERED, RegistrationState.CONFLICT);
		assertThat(this.rig.entry().modRevision()).isEqualTo(before);
		assertThat(this.rig.etcd.entry(GO_KIT_KEY).value()).isEqualTo(Bytes.utf8("a successor's"));
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

	@Test
	void aReasonToBeOutAndTheEndTakeAllKeysAway() {
		Registration registration = this.rig.registered();
		registration.suspend();
		this.rig.run();
		assertThat(this.rig.etcd.entries()).isEmpty();
		assertThat(registration.state()).isEqualTo(RegistrationState.OUT);
		registration.resume();
		this.rig.run();
		assertThat(this.rig.etcd.entries()).hasSize(2);
		((RegistrationHandle) registration).startClose(true);
		this.rig.run();

		assertThat(this.rig.etcd.entries()).isEmpty();
		assertThat(this.rig.registry.registrations()).isEmpty();
	}

	@Test
	void itIsNotOutWhileOneOfItsKeysStands() {
		Registration registration = this.rig.registered();
		registration.suspend();
		this.rig.run();
		this.rig.etcd.put(GO_KIT_KEY, "late", this.rig.lease());
		this.rig.etcd.forbid(SERVICES);
		this.rig.advanceSeconds(3);
		assertThat(registration.outFor()).isZero();
		this.rig.etcd.permit(SERVICES);
		this.rig.advance(Duration.ofMinutes(1));

		assertThat(this.rig.etcd.entries()).isEmpty();
		assertThat(registration.outFor()).isPositive().isLessThan(Duration.ofMinutes(1));
	}

	private static List<RegistrationState> states(Registration registration) {
		return registration.keys().stream().map(KeyStatus::state).toList();
	}

}
