package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.function.Consumer;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rows of the table that begin in a state other than REGISTERED.
 */
class StateRowTests {

	private final RegistryRig rig = new RegistryRig();

	@Test
	void aTakeoverIsOneLineThatNamesTheOldLease() {
		long predecessor = this.rig.etcd.grant(RegistryRig.TTL);
		this.rig.etcd.put(RegistryRig.KEY, "predecessor", predecessor);
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getName())) {
			this.rig.registered();
			assertThat(lines.at("INFO")).filteredOn((line) -> line.contains(Long.toHexString(predecessor))).hasSize(1);
		}
	}

	@Test
	void anOutageIsALineForEachStateAndNoneForTheRetries() {
		this.rig.etcd.down();
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getName())) {
			this.rig.registered();
			this.rig.advance(Duration.ofMinutes(10));
			this.rig.etcd.up();
			this.rig.advanceSeconds(6);
			assertThat(lines.at("WARN")).as("WAITING, FAILED").hasSize(2);
			assertThat(lines.at("INFO")).as("REGISTERED").hasSize(1);
			assertThat(lines.at("ERROR")).isEmpty();
		}
	}

	@Test
	void uncertainAndTheKeyIsGone() {
		assertThat(uncertain((rig) -> rig.etcd.delete(RegistryRig.KEY)).state())
			.isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void uncertainAndTheLeaseIsGone() {
		assertThat(uncertain((rig) -> rig.etcd.revoke(rig.lease())).state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void uncertainAndTheKeyIsUnderNoLease() {
		assertThat(uncertain((rig) -> rig.etcd.put(RegistryRig.KEY, "by hand")).state())
			.isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
	}

	@Test
	void uncertainAndTheKeyIsUnderAnothersLease() {
		assertThat(uncertain((rig) -> rig.etcd.put(RegistryRig.KEY, "successor", rig.etcd.grant(Duration.ofMinutes(5))))
			.state()).isEqualTo(RegistrationState.CONFLICT);
		assertThat(this.rig.value()).isEqualTo("successor");
	}

	@Test
	void uncertainAndTheLoginIsRefused() {
		assertThat(uncertain((rig) -> rig.etcd.refuse(Kind.LOGIN_REFUSED)).state()).isEqualTo(RegistrationState.DENIED);
	}

	@Test
	void uncertainAndTheRenewalIsRefusedForLackOfPermission() {
		this.rig.registered();
		long before = this.rig.lease();
		uncertain((rig) -> rig.etcd.refuse(Kind.PERMISSION_DENIED, Call.RENEW));
		assertThat(this.rig.lease()).as("under a new lease").isNotEqualTo(before);
	}

	@Test
	void uncertainAndUpdated() {
		Registration registration = this.rig.registered();
		uncertain((rig) -> registration.update((instance) -> instance.withWeight(5)));
		assertThat(this.rig.value()).contains("\"weight\":5");
	}

	private Registration uncertain(Consumer<RegistryRig> then) {
		Registration registration = this.rig.registered();
		this.rig.etcd.down();
		this.rig.advanceSeconds(11);
		assertThat(registration.state()).isEqualTo(RegistrationState.UNCERTAIN);
		then.accept(this.rig);
		this.rig.etcd.up();
		this.rig.advanceSeconds(7);
		return registration;
	}

	@ParameterizedTest
	@EnumSource(From.class)
	void everyStateCanBeLeftForOut(From from) {
		Registration registration = from.enter(this.rig);
		Entry other = foreign();
		registration.suspend();
		from.heal(this.rig);
		this.rig.advanceSeconds(40);

		assertThat(registration.state()).isEqualTo(RegistrationState.OUT);
		assertThat(this.rig.entry()).isEqualTo(other);
	}

	@ParameterizedTest
	@EnumSource(From.class)
	void everyStateCanBeLeftForClosed(From from) {
		Registration registration = from.enter(this.rig);
		Entry other = foreign();
		RegistryRig.leave(registration);
		from.heal(this.rig);
		this.rig.advanceSeconds(40);

		assertThat(registration.state()).isEqualTo(RegistrationState.CLOSED);
		assertThat(this.rig.entry()).isEqualTo(other);
		assertThat(registration.keys().get(0).state()).isEqualTo(RegistrationState.CLOSED);
	}

	private Entry foreign() {
		Entry entry = this.rig.entry();
		return (entry != null && entry.value().equals(Bytes.utf8("successor"))) ? entry : null;
	}

	@ParameterizedTest
	@EnumSource(value = From.class, names = { "REGISTERING", "CONFLICT", "DENIED", "FAILED", "WAITING", "OUT" })
	void anUpdateInAStateWithoutAKeyIsKeptForTheNextPut(From from) {
		Registration registration = from.enter(this.rig);
		registration.update((instance) -> instance.withWeight(77));
		this.rig.run();
		assertThat(registration.instance().weight()).isEqualTo(77);
		if (from == From.CONFLICT) {
			this.rig.etcd.delete(RegistryRig.KEY);
		}
		from.heal(this.rig);
		registration.resume();
		this.rig.advanceSeconds(40);

		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.value()).contains("\"weight\":77");
	}

	private enum From {

		REGISTERING, REGISTERED, UNCERTAIN, CONFLICT, DENIED, FAILED, WAITING, OUT;

		Registration enter(RegistryRig rig) {
			if (this == DENIED) {
				rig.etcd.forbid(KeyRange.prefix(Bytes.utf8("kitex/")));
			}
			if (this == FAILED || this == WAITING) {
				rig.etcd.down();
			}
			if (this == REGISTERING) {
				rig.etcd.delay(Call.GRANT, Duration.ofSeconds(1));
			}
			Registration registration = rig.registered();
			if (this == OUT) {
				registration.suspend();
			}
			if (this == UNCERTAIN) {
				rig.etcd.down();
				rig.advanceSeconds(11);
			}
			if (this == CONFLICT) {
				rig.etcd.put(RegistryRig.KEY, "successor", rig.etcd.grant(Duration.ofMinutes(5)));
				rig.run();
			}
			for (int i = 0; i < 1_000 && registration.state() != RegistrationState.valueOf(name()); i++) {
				rig.advance(Duration.ofMillis(100));
			}
			assertThat(registration.state()).isEqualTo(RegistrationState.valueOf(name()));
			return registration;
		}

		void heal(RegistryRig rig) {
			rig.etcd.delay(Call.GRANT, Duration.ZERO);
			rig.etcd.permit(KeyRange.prefix(Bytes.utf8("kitex/")));
			rig.etcd.up();
		}

	}

}
