package io.github.etcddiscovery.registry;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.retry.RetryOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How soon the lease is renewed again, and for how long an answer is waited for.
 */
class RenewalPaceTests {

	@ParameterizedTest
	@CsvSource({ "REFUSED, 10, 1", "REFUSED, 15, 2", "OVERLOADED, 10, 1", "OVERLOADED, 15, 2", "UNAVAILABLE, 15, 2",
			"LOGIN_REFUSED, 10, 1", "LOGIN_REFUSED, 15, 1" })
	void anErrorInPlaceOfARenewalCostsNoKey(Kind kind, int ttl, int errors) {
		RegistryRig rig = new RegistryRig(RegistryOptions.defaults().withTtl(Duration.ofSeconds(ttl)));
		rig.registered();
		long lease = rig.lease();
		rig.etcd.refuseNext(kind, Call.RENEW, errors);
		for (int i = 0; i < 120; i++) {
			rig.advanceSeconds(0.5);
			assertThat(rig.entry()).isNotNull();
		}
		assertThat(rig.lease()).isEqualTo(lease);
	}

	@Test
	void aRenewalNeverWaitsLongerThanAThirdOfTheTimeToLiveWhileThereIsLeaseLeft() {
		RegistryRig rig = new RegistryRig();
		rig.registered();
		rig.etcd.refuse(Kind.LOGIN_REFUSED, Call.RENEW);
		rig.advanceSeconds(15);
		assertThat(rig.etcd.calls(Call.RENEW)).isGreaterThanOrEqualTo(3);
	}

	/** Besides, every observe delay asks whether a lease without a list is alive. */
	@ParameterizedTest
	@ValueSource(ints = { 2, 5, 15, 60 })
	void whatEtcdRefusesIsAskedForAgainAfterRetryDelayAtTheEarliest(int ttl) {
		RegistryRig rig = new RegistryRig(RegistryOptions.defaults().withTtl(Duration.ofSeconds(ttl)));
		rig.registered();
		rig.etcd.refuse(Kind.LOGIN_REFUSED);
		rig.advance(Duration.ofMinutes(5));
		rig.etcd.resetCalls();
		rig.advance(Duration.ofMinutes(10));

		RetryOptions retry = RetryOptions.defaults();
		Duration time = Duration.ofMinutes(10);
		assertThat(rig.etcd.calls(Call.RENEW)).isPositive()
			.isLessThanOrEqualTo((int) (time.dividedBy(retry.retryDelay()) + time.dividedBy(retry.observeDelay())));
	}

	@Test
	void renewalsAreAcknowledgedWhereEachAnswerTakesLongerThanAFifthOfTheTimeToLive() {
		RegistryRig rig = new RegistryRig(RegistryOptions.defaults(), Duration.ofSeconds(10));
		Registration registration = rig.registered();
		rig.etcd.delay(Call.RENEW, Duration.ofMillis(3_400));
		rig.advanceSeconds(20);
		for (int i = 0; i < 100; i++) {
			rig.advanceSeconds(1);
			assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
			assertThat(rig.registry.lease().sinceRenewal()).isLessThan(Duration.ofSeconds(10));
		}
		rig.etcd.delay(Call.RENEW, Duration.ZERO);
		rig.advanceSeconds(10);
		rig.etcd.freeze();
		rig.advanceSeconds(8.5);
		assertThat(rig.etcd.failures(Call.RENEW)).as("given up after 3 s again").isGreaterThanOrEqualTo(2);
	}

	@Test
	void aLeaseThatAPutFindsToBeLostCostsNoDelay() {
		RegistryRig rig = new RegistryRig();
		Registration registration = rig.registered();
		rig.etcd.muteStreams(true);
		for (int i = 0; i < 3; i++) {
			rig.etcd.revoke(rig.lease());
			int weight = 20 + i;
			registration.update((instance) -> instance.withWeight(weight));
			rig.run();
			assertThat(registration.state()).isEqualTo(RegistrationState.REGISTERED);
			assertThat(rig.value()).contains("\"weight\":" + weight);
		}
	}

}
