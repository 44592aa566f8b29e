package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What registering gets wrong in go-kit (G), etcd's naming (N), Hertz, go-zero and
 * Kratos, by the numbers of docs/parity.md, and what happens here in their formats.
 */
class OtherRegistryDefectTests {

	private static final Layout GO_KIT = Layout.of(InstanceCodec.goKit());

	private final RegistryRig rig = new RegistryRig(RegistryOptions.defaults().withLayouts(GO_KIT));

	/**
	 * go-kit and naming never come back, Hertz and Kratos give up after five attempts,
	 * go-zero is back under another key.
	 */
	@ParameterizedTest
	@MethodSource("io.github.etcddiscovery.codec.InstanceCodec#all")
	void g1AndN6ALostLeaseIsReplacedInEveryFormatAndTheKeyIsTheSame(InstanceCodec codec) {
		RegistryRig any = new RegistryRig(RegistryOptions.defaults().withLayouts(Layout.of(codec)));
		Registration registration = any.registered();
		Bytes key = Layout.of(codec).key(RegistryRig.ECHO);
		any.etcd.revoke(any.lease());
		any.advanceSeconds(1);
		assertThat(any.etcd.entries()).singleElement().extracting(Entry::key).isEqualTo(key);
		any.etcd.down();
		any.advance(Duration.ofHours(3));
		any.etcd.wipe();
		any.advanceSeconds(6);

		assertThat(any.etcd.entries()).singleElement().extracting(Entry::key).isEqualTo(key);
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void g3ASecondRegistrationLeavesTheLeaseOfTheFirstAlone() {
		Registration first = this.rig.registered();
		this.rig.registry.register(Instance.of("other", "10.0.0.5", 8889));
		this.rig.advance(Duration.ofMinutes(10));

		assertThat(first.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.entries()).hasSize(2).allMatch((entry) -> entry.lease() == this.rig.lease());
	}

	@Test
	void g9LeavingEndsNothingElseAndTheLastOneRevokesTheLease() {
		Registration first = this.rig.registered();
		Registration second = this.rig.registry.register(Instance.of("other", "10.0.0.5", 8889));
		this.rig.run();
		long lease = this.rig.lease();
		RegistryRig.leave(first);
		this.rig.advance(Duration.ofMinutes(2));
		assertThat(second.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.entries()).singleElement().extracting(Entry::lease).isEqualTo(lease);
		this.rig.closeRegistry();

		assertThat(this.rig.etcd.leases()).isEmpty();
	}

	@Test
	void g10NothingIsLoggedWhileAllIsWell() {
		this.rig.registered();
		try (LoggedLines lines = new LoggedLines("io.github.etcddiscovery")) {
			this.rig.advance(Duration.ofHours(6));
			for (String level : new String[] { "INFO", "WARN", "ERROR" }) {
				assertThat(lines.at(level)).as(level).isEmpty();
			}
		}
		assertThat(this.rig.etcd.calls(Call.RENEW)).isGreaterThan(6 * 3600 / 5 - 10);
	}

	/** Seed 4 registers {@code /services/hello/} itself, for all instances together. */
	@Test
	void theKeyThatAllInstancesWouldShareIsNeverWrittenAndNeverRemoved() {
		this.rig.etcd.put("/services/echo/", "http://10.0.0.9:80");
		Registration registration = this.rig.registered();
		RegistryRig.leave(registration);
		this.rig.run();

		assertThat(this.rig.etcd.entries()).singleElement()
			.satisfies((entry) -> assertThat(entry.value()).isEqualTo(Bytes.utf8("http://10.0.0.9:80")));
	}

}
