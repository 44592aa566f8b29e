package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.etcddiscovery.spring.outlier.Load.Failed;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What 200 calls a second cost, half of them GET and half of them POST, when an instance
 * says nothing any more: its process is frozen, or its host is gone without a reset.
 */
@Tag("long")
class SilentInstanceIT {

	private static final Duration DURATION = Duration.ofSeconds(2);

	/** What ends later was sent after the first that was not answered had ejected it. */
	private static final Duration EARLY = Callers.READ.plus(DURATION).plusMillis(500);

	/** Long enough for two trials. */
	private static final Duration LATE = Duration.ofSeconds(12);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static Services services;

	private static Callers callers;

	@BeforeAll
	static void start() {
		services = new Services(etcd);
		callers = Callers.create(etcd.endpoint(), "etcd.discovery.loadbalancer.outlier-detection.duration=" + DURATION);
	}

	@AfterAll
	static void stop() throws Exception {
		callers.close();
		services.close();
	}

	static Stream<String> clients() {
		return Callers.names();
	}

	@ParameterizedTest
	@MethodSource("clients")
	void afterwardsItCostsTheApplicationOneCallEachTimeAndWaitsTwiceAsLong(String client) throws Exception {
		List<Failed> late = silence("frozen", InstanceProcess::freeze, client,
				(load) -> load.awaitFailedAfter(EARLY, 2));
		assertThat(late.get(1).after().minus(late.get(0).after())).isGreaterThanOrEqualTo(DURATION.multipliedBy(2));
	}

	@ParameterizedTest
	@MethodSource("clients")
	void aHostThatIsGoneWithoutAResetCostsNoMore(String client) throws Exception {
		List<Failed> late = silence("host gone", InstanceProcess::vanish, client, (load) -> load.awaitTime(LATE));
		assertThat(late).hasSizeLessThanOrEqualTo(2);
		if (late.size() == 2) {
			assertThat(late.get(1).after().minus(late.get(0).after())).isGreaterThanOrEqualTo(DURATION.multipliedBy(2));
		}
	}

	/** Returns what failed after it was noticed. */
	private static List<Failed> silence(String what, Harm harm, String client, Consumer<Load> meanwhile)
			throws Exception {
		try (Services.Service service = services.start(3);
				Load load = Load.begin(callers.call(client, HttpMethod.GET, service),
						callers.call(client, HttpMethod.POST, service))) {
			load.mark();
			harm.to(service.instances().get(0));
			meanwhile.accept(load);
			load.tell(what + ", " + client);
			List<Failed> late = load.failedAfter(EARLY);
			assertThat(load.failed()).isNotEmpty();
			assertThat(load.failed()
				.stream()
				.filter((one) -> !late.contains(one))
				.collect(Collectors.groupingBy(Failed::caller)))
				.allSatisfy((caller, failed) -> assertThat(failed).hasSizeLessThanOrEqualTo(2));
			return late;
		}
	}

	interface Harm {

		void to(InstanceProcess instance) throws Exception;

	}

}
