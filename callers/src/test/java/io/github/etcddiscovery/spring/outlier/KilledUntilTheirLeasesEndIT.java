package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What 200 calls a second cost, from the moment when most of a service is killed until
 * its leases have ended, with the mass-loss guard and outlier detection as they are by
 * default.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class KilledUntilTheirLeasesEndIT {

	private static final String CLIENT = "JDK";

	private static final Duration NONE_AFTER = Duration.ofSeconds(2);

	private static final Duration TTL = Duration.ofSeconds(5);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final Services services = new Services(etcd);

	private final Callers callers = Callers.create(etcd.endpoint(),
			"etcd.discovery.resolver.mass-loss-guard.enabled=true");

	@AfterEach
	void stop() throws Exception {
		this.callers.close();
		this.services.close();
	}

	/**
	 * The list changes as the leases end, and where the guard has kept some of them, as
	 * the probe finds nobody. Nobody listens where one was killed, so that each call to
	 * it is one that fails; what would last for less than a call is told by whom the
	 * balancer chooses at that moment. How many fail at the kill itself is
	 * {@link KilledInstanceIT}'s.
	 */
	@Test
	void threeOfFourThatAreKilledCostNoCallWhenTheirLeasesEnd(CapturedOutput log) throws Exception {
		try (Services.Service service = this.services.startRegistered(4, TTL);
				Load load = Load.begin(this.callers.call(CLIENT, HttpMethod.GET, service))) {
			Set<Integer> alive = Set.of(service.instances().get(3).port());
			load.mark();
			service.instances().subList(0, 3).forEach(InstanceProcess::kill);
			load.awaitTime(NONE_AFTER);
			List<Set<Integer>> chosen = this.callers.watchChosen(CLIENT, service.name());
			Awaitility.await()
				.atMost(TTL.multipliedBy(4))
				.pollInterval(Duration.ofMillis(20))
				.until(() -> this.callers.listed(CLIENT, service.name()).equals(alive));
			// Two seconds of them.
			load.await(400);
			load.tell("killed, three of four, until two seconds after their leases, " + CLIENT);
			assertThat(load.failedAfter(NONE_AFTER)).isEmpty();
			assertThat(chosen).hasSizeGreaterThan(1).containsOnly(alive);
			assertThat(log).contains("instances of service '" + service.name() + "' vanished from etcd within")
				.contains(" 0 came back");
		}
	}

}
