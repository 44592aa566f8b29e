package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What 200 calls a second cost when processes are killed that stay in the registry, as
 * they do until their lease ends.
 */
class KilledInstanceIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static Services services;

	private static Callers callers;

	private static Callers persistent;

	@BeforeAll
	static void start() {
		services = new Services(etcd);
		callers = Callers.create(etcd.endpoint());
		persistent = Callers.thatTryAgain(etcd.endpoint());
	}

	@AfterAll
	static void stop() throws Exception {
		callers.close();
		persistent.close();
		services.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "JDK", "Gateway MVC" })
	void aKilledInstanceCostsFewCallsAndNoneAfterASecond(String client) throws Exception {
		kill(Loss.ONE_OF_THREE, client, HttpMethod.GET);
	}

	@Test
	@Tag("long")
	void aFrozenInstanceCostsEachCallerTwoTimeOutsAtMost() throws Exception {
		try (Services.Service service = services.start(3);
				Load load = Load.begin(callers.call("JDK", HttpMethod.GET, service))) {
			load.mark();
			service.instances().get(0).freeze();
			load.awaitTime(Duration.ofSeconds(4));
			load.tell("frozen, JDK");
			assertThat(load.failed()).isNotEmpty();
			assertThat(load.failed().stream().collect(Collectors.groupingBy(Load.Failed::caller)))
				.allSatisfy((caller, failed) -> assertThat(failed).hasSizeLessThanOrEqualTo(2));
			assertThat(load.failedAfter(Duration.ofSeconds(3))).isEmpty();
		}
	}

	static Stream<Arguments> all() {
		return Stream.of(Loss.values())
			.flatMap((loss) -> Callers.names()
				.flatMap((client) -> Stream.of(HttpMethod.GET, HttpMethod.POST)
					.map((method) -> Arguments.of(loss, client, method))));
	}

	@Tag("long")
	@ParameterizedTest
	@MethodSource("all")
	void soItIsWhateverTheClientIs(Loss loss, String client, HttpMethod method) throws Exception {
		kill(loss, client, method);
	}

	static Stream<String> clients() {
		return Callers.namesOfThoseThatTryAgain();
	}

	/** One of three: of two that are killed the second try could meet the other. */
	@Tag("long")
	@ParameterizedTest
	@MethodSource("clients")
	void withOneRetryAKilledInstanceCostsNoCall(String client) throws Exception {
		try (Services.Service service = services.start(3);
				Load load = Load.begin(persistent.call(client, HttpMethod.GET, service))) {
			load.mark();
			service.instances().get(0).kill();
			load.awaitTime(Duration.ofSeconds(2));
			load.tell("killed, one retry, " + client);
			assertThat(load.failed()).isEmpty();
		}
	}

	private static void kill(Loss loss, String client, HttpMethod method) throws Exception {
		try (Services.Service service = services.start(loss.all);
				Load load = Load.begin(callers.call(client, method, service))) {
			load.mark();
			service.instances().subList(0, loss.killed).forEach(InstanceProcess::kill);
			load.awaitTime(loss.noneAfter.plusSeconds(1));
			load.tell("killed, " + loss + ", " + client + ", " + method);
			assertThat(load.failed()).hasSizeLessThanOrEqualTo(loss.failed);
			assertThat(load.failedAfter(loss.noneAfter)).isEmpty();
		}
	}

	/** How many are killed, and what that may cost. */
	enum Loss {

		ONE_OF_THREE(1, 3, 3, Duration.ofSeconds(1)),

		TWO_OF_THREE(2, 3, 6, Duration.ofSeconds(2)),

		THREE_OF_FOUR(3, 4, 6, Duration.ofSeconds(2));

		final int killed;

		final int all;

		final int failed;

		final Duration noneAfter;

		Loss(int killed, int all, int failed, Duration noneAfter) {
			this.killed = killed;
			this.all = all;
			this.failed = failed;
			this.noneAfter = noneAfter;
		}

	}

}
