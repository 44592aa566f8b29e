package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A caller that has lost its own network: no packet comes back from any instance, nor
 * from etcd.
 */
@Tag("long")
class OwnNetworkIT {

	private static final String CONNECTION = "connection";

	@RegisterExtension
	final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	private final List<Services.Service> lost = new ArrayList<>();

	private Services services;

	private Callers callers;

	@BeforeEach
	void start() {
		this.services = new Services(this.etcd);
		this.callers = Callers.create(this.etcd.endpoint());
	}

	@AfterEach
	void stop() throws Exception {
		this.callers.close();
		for (Services.Service service : this.lost) {
			service.close();
		}
		this.services.close();
	}

	static Stream<String> clients() {
		return Callers.names();
	}

	@ParameterizedTest
	@MethodSource("clients")
	void halfOfEachListIsKeptAndWhoWasNotReachedIsBackAfterThreeSeconds(String client) throws Exception {
		Load.Call first = call(client, 4);
		Load.Call second = call(client, 3);
		loseTheNetwork();
		try (Load load = Load.failing(first, second)) {
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.until(() -> this.lost.stream().allMatch((service) -> hasEjected(client, service)));
			awaitCallsAndWatchTheLists(client, load);
			healTheNetwork();
			long back = System.nanoTime();
			Awaitility.await()
				.atMost(Duration.ofSeconds(3))
				.pollInterval(Duration.ofMillis(20))
				.until(() -> this.lost.stream().noneMatch((service) -> hasEjected(client, service)));
			System.out.printf("reach: own network lost, %s: those not reached were back after %d ms%n", client,
					TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back));
			load.await(200);
			load.forget();
			load.await(200);
			assertThat(load.failed()).isEmpty();
		}
	}

	/**
	 * Then the calls that are under way end by a time-out, and so do more on the same
	 * connections.
	 */
	@ParameterizedTest
	@MethodSource("clients")
	void halfOfEachListIsKeptWhereConnectionsWereOpen(String client) throws Exception {
		Load.Call first = call(client, 4);
		Load.Call second = call(client, 3);
		try (Load load = Load.begin(first, second)) {
			loseTheNetwork();
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.until(() -> this.lost.stream()
					.anyMatch((service) -> this.callers.outliers(client).ejected().containsKey(service.name())));
			awaitCallsAndWatchTheLists(client, load);
			healTheNetwork();
			Awaitility.await()
				.atMost(Duration.ofSeconds(3))
				.until(() -> this.lost.stream().noneMatch((service) -> hasEjected(client, service)));
		}
	}

	private void awaitCallsAndWatchTheLists(String client, Load load) {
		for (int i = 0; i < 10; i++) {
			load.await(4);
			for (Services.Service service : this.lost) {
				int all = service.instances().size();
				assertThat(this.callers.chosen(client, service.name())).hasSizeGreaterThanOrEqualTo((all + 1) / 2);
			}
		}
	}

	private boolean hasEjected(String client, Services.Service service) {
		return this.callers.outliers(client)
			.ejected()
			.getOrDefault(service.name(), List.of())
			.stream()
			.anyMatch((ejected) -> ejected.cause().equals(CONNECTION));
	}

	private Load.Call call(String client, int count) throws Exception {
		Services.Service service = this.services.start(count);
		this.lost.add(service);
		return this.callers.call(client, HttpMethod.GET, service);
	}

	private void loseTheNetwork() throws Exception {
		this.etcd.cluster().proxy().stall();
		for (Services.Service service : this.lost) {
			for (InstanceProcess instance : service.instances()) {
				instance.vanish();
			}
		}
	}

	private void healTheNetwork() throws Exception {
		this.etcd.cluster().proxy().heal();
		for (Services.Service service : this.lost) {
			for (InstanceProcess instance : service.instances()) {
				instance.comeBack();
			}
		}
	}

}
