package io.github.etcddiscovery.registry;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The list of the keys of a lease is a hint, and never a proof.
 */
class LeaseListTests {

	private static final String GHOST = "kitex/registry-etcd/ghost/10.0.0.9:8888";

	private final RegistryRig rig = new RegistryRig();

	private final Registration registration = this.rig.registered();

	@Test
	void aKeyUnderOurLeaseAndALayoutOfOursThatNobodyWantsIsDeleted() {
		this.rig.etcd.put(GHOST, "ghost", this.rig.lease());
		this.rig.etcd.put("other/prefix", "not ours to judge", this.rig.lease());
		this.rig.advanceSeconds(31);

		assertThat(this.rig.etcd.entry(GHOST)).isNull();
		assertThat(this.rig.etcd.entry("other/prefix")).isNotNull();
		assertThat(this.rig.entry()).isNotNull();
	}

	@Test
	void aKeyThatMerelyBeginsAsALayoutOfOursDoesIsLeftAlone() {
		this.rig.etcd.put("kitex/registry-etcd2/ghost/10.0.0.9:8888", "another layout", this.rig.lease());
		this.rig.etcd.put("kitex/registry-etcd", "no service", this.rig.lease());
		this.rig.etcd.put("kitex/registry-etcd/", "no service", this.rig.lease());
		this.rig.advanceSeconds(31);

		assertThat(this.rig.etcd.entries()).hasSize(4);
	}

	@ParameterizedTest
	@MethodSource
	void whereServicesStandAnywhereAKeyOfAServiceThatWasRegisteredHereIsDeleted(InstanceCodec codec, String id) {
		RegistryRig rooted = new RegistryRig(RegistryOptions.defaults().withLayouts(Layout.of(codec)));
		rooted.registered();
		rooted.etcd.put("echo/" + id, "ghost", rooted.lease());
		rooted.etcd.put("echo/10.0.0.9:8888/locks", "of another program", rooted.lease());
		rooted.etcd.put("echoes/" + id, "of another program", rooted.lease());
		rooted.etcd.put("settings", "of another program", rooted.lease());
		rooted.advanceSeconds(31);

		assertThat(rooted.etcd.entry("echo/" + id)).isNull();
		assertThat(rooted.etcd.entries()).hasSize(4);
	}

	static Stream<Arguments> whereServicesStandAnywhereAKeyOfAServiceThatWasRegisteredHereIsDeleted() {
		return Stream.of(Arguments.of(InstanceCodec.grpc(), "10.0.0.9:8888"),
				Arguments.of(InstanceCodec.goZero(), "7587870000000000000"));
	}

	@Test
	void aCodecThatThrowsHasNoKeyDeletedAndKeepsNobodyFromBeingRegistered() {
		RegistryRig rig = new RegistryRig(RegistryOptions.defaults().withLayouts(Layout.of(throwsWhenItReads())));
		Registration registration = rig.registered();
		rig.etcd.put(GHOST, "ghost", rig.lease());
		rig.advanceSeconds(31);
		assertThat(rig.etcd.entry(GHOST)).isNotNull();

		rig.etcd.delete(RegistryRig.KEY);
		rig.run();
		assertThat(rig.entry()).isNotNull();
		assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void aCodecIsAskedForNoKeyButThoseOfItsLayout() {
		Set<Object> asked = new HashSet<>();
		InstanceCodec codec = (InstanceCodec) Proxy.newProxyInstance(InstanceCodec.class.getClassLoader(),
				new Class<?>[] { InstanceCodec.class }, (proxy, called, arguments) -> {
					if (called.getName().equals("serviceOf") || called.getName().equals("decode")) {
						asked.addAll(List.of(arguments));
					}
					return called.invoke(InstanceCodec.kitex(), arguments);
				});
		RegistryRig rig = new RegistryRig(RegistryOptions.defaults().withLayouts(Layout.of(codec)));
		rig.registered();
		rig.etcd.put(GHOST, "ghost", rig.lease());
		rig.etcd.put("other/prefix", "not ours to judge", rig.lease());
		rig.advanceSeconds(31);
		assertThat(rig.etcd.entry(GHOST)).isNull();
		assertThat(asked).contains(Bytes.utf8(GHOST)).doesNotContain(Bytes.utf8("other/prefix"));
	}

	/** A codec that writes as Kitex does. */
	private static InstanceCodec throwsWhenItReads() {
		return (InstanceCodec) Proxy.newProxyInstance(InstanceCodec.class.getClassLoader(),
				new Class<?>[] { InstanceCodec.class }, (proxy, called, arguments) -> {
					if (called.getName().equals("serviceOf") || called.getName().equals("decode")) {
						throw new IllegalStateException("a defect of this codec");
					}
					return called.invoke(InstanceCodec.kitex(), arguments);
				});
	}

	@Test
	void aSuccessorThatTakesTheKeyBetweenListAndDeleteIsUntouched() {
		this.rig.etcd.put(GHOST, "ghost", this.rig.lease());
		this.rig.etcd.delayRequests(Call.COMMIT, Duration.ofMillis(100));
		this.rig.etcd.resetCalls();
		while (this.rig.etcd.calls(Call.COMMIT) == 0) {
			this.rig.advance(Duration.ofMillis(10));
		}
		this.rig.etcd.put(GHOST, "successor", this.rig.etcd.grant(Duration.ofMinutes(5)));
		this.rig.advanceSeconds(5);

		assertThat(this.rig.etcd.entry(GHOST).value().strictUtf8()).isEqualTo("successor");
	}

	@Test
	void aKeyThatAStaleLeaderStillListsIsReadAndNothingIsWritten() {
		Registration later = this.rig.registry.register(Instance.of("later", "10.0.0.6", 8888));
		this.rig.run();
		this.rig.etcd.staleLeader(true);
		RegistryRig.leave(later);
		this.rig.run();
		assertThat(this.rig.etcd.entries()).hasSize(1);
		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(31);

		assertThat(this.rig.etcd.calls(Call.LEASE_KEYS)).isEqualTo(1);
		assertThat(this.rig.etcd.calls(Call.READ)).as("one for own keys, one for what is listed").isEqualTo(2);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isZero();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void aLeaseThatAStaleLeaderDoesNotKnowIsRenewedAtOnceAndNothingIsWritten() {
		this.rig.etcd.staleLeader(true);
		this.rig.etcd.revoke(this.rig.lease());
		this.rig.run();
		long lease = this.rig.lease();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
		this.rig.advanceSeconds(29);
		this.rig.etcd.resetCalls();
		while (this.rig.etcd.calls(Call.LEASE_KEYS) == 0) {
			int renewals = this.rig.etcd.calls(Call.RENEW);
			this.rig.advance(Duration.ofMillis(10));
			if (this.rig.etcd.calls(Call.LEASE_KEYS) > 0) {
				assertThat(this.rig.etcd.calls(Call.RENEW)).isEqualTo(renewals + 1);
			}
		}
		this.rig.advanceSeconds(2);

		assertThat(this.rig.etcd.calls(Call.COMMIT) + this.rig.etcd.calls(Call.GRANT)).isZero();
		assertThat(this.rig.lease()).isEqualTo(lease);
	}

	@Test
	void aKeyThatIsPutWhileTheListIsUnderWayIsNotJudgedByIt() {
		this.rig.etcd.delay(Call.LEASE_KEYS, Duration.ofSeconds(1));
		this.rig.advanceSeconds(30.5);
		Registration later = this.rig.registry.register(Instance.of("later", "10.0.0.6", 8888));
		this.rig.run();
		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(2);

		assertThat(later.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isZero();
	}

	@Test
	void aKeyThatIsDeletedWhileTheListIsUnderWayIsNotReadForIt() {
		Registration leaving = this.rig.registry.register(Instance.of("leaving", "10.0.0.6", 8888));
		this.rig.run();
		this.rig.etcd.delay(Call.LEASE_KEYS, Duration.ofSeconds(1));
		this.rig.advanceSeconds(30.5);
		leaving.suspend();
		this.rig.run();
		this.rig.etcd.resetCalls();
		this.rig.advanceSeconds(2);
		assertThat(this.rig.etcd.calls(Call.READ) + this.rig.etcd.calls(Call.COMMIT)).isZero();
	}

	@Test
	void aLeaseThatTheListDoesNotKnowIsRenewedAtOnce() {
		this.rig.etcd.muteStreams(true);
		this.rig.etcd.watchFaults().noticeSilenceAfter(Duration.ofDays(1));
		this.rig.advanceSeconds(29);
		this.rig.etcd.revoke(this.rig.lease());
		this.rig.advanceSeconds(1.1);

		assertThat(this.rig.entry()).isNotNull();
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

}
