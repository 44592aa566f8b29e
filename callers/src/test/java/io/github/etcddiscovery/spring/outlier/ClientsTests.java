package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.github.etcddiscovery.spring.outlier.Reports.Told;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each client of Spring Cloud, both Gateways among them, reports of a call that
 * fails in each way, and what is made of it. All exceptions are real ones, of calls over
 * the loopback. That of a caller without a port is in {@link NoPortLeftIT}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClientsTests {

	/** What is to be learnt of the instance, whichever client has called it. */
	private static final Map<String, Outcome> OF_THE_INSTANCE = new TreeMap<>(
			Map.ofEntries(Map.entry("status200", Outcome.ANSWERED), Map.entry("status404", Outcome.ALIVE),
					Map.entry("status500", Outcome.ALIVE), Map.entry("status502", Outcome.BAD_STATUS),
					Map.entry("status503", Outcome.BAD_STATUS), Map.entry("status504", Outcome.BAD_STATUS),
					Map.entry("refused", Outcome.UNREACHABLE), Map.entry("full", Outcome.UNREACHABLE),
					Map.entry("silent", Outcome.READ_TIMED_OUT), Map.entry("reset", Outcome.BROKEN),
					Map.entry("closing", Outcome.BROKEN), Map.entry("unresolved", Outcome.SAYS_NOTHING)));

	/**
	 * What a call comes to that the caller ends or cannot send, while the instance is
	 * silent: {@code pool} is the second of two calls at once, where the pool has one
	 * connection; {@code interrupt} is that of the thread that waits; {@code cancel} is
	 * an interrupt too with those clients that block, of a {@code WebClient} the end of
	 * its subscription, and of a Gateway that its own caller leaves.
	 */
	private static final String OF_THE_CALLER = """
			Apache          | pool      | SAYS_NOTHING | ConnectionRequestTimeoutException
			Gateway WebFlux | pool      | SAYS_NOTHING | PoolAcquireTimeoutException
			Reactor         | pool      | SAYS_NOTHING | PoolAcquireTimeoutException
			WebClient       | pool      | SAYS_NOTHING | PoolAcquireTimeoutException
			Gateway MVC     | interrupt | SAYS_NOTHING | InterruptedException
			JDK             | interrupt | SAYS_NOTHING | InterruptedException
			Jetty           | interrupt | SAYS_NOTHING | InterruptedException
			Reactor         | interrupt | SAYS_NOTHING | InterruptedException
			WebClient       | interrupt |              | no report
			JDK             | cancel    | SAYS_NOTHING | InterruptedException
			Jetty           | cancel    | SAYS_NOTHING | InterruptedException
			Reactor         | cancel    | SAYS_NOTHING | InterruptedException
			WebClient       | cancel    |              | no report
			Gateway WebFlux | cancel    |              | no report
			""";

	/**
	 * The same for clients that do not notice, so that the call ends as it would have:
	 * that the instance has not answered in time is true of it.
	 */
	private static final String UNNOTICED = """
			# Each call opens a connection of its own.
			Feign           | pool      | READ_TIMED_OUT | Read timed out
			Gateway MVC     | pool      | READ_TIMED_OUT | HttpTimeoutException
			JDK             | pool      | READ_TIMED_OUT | HttpTimeoutException
			Simple          | pool      | READ_TIMED_OUT | Read timed out
			# Waits for a place in the pool until the time for the answer is over, and says the same then.
			Jetty           | pool      | READ_TIMED_OUT | TimeoutException
			# A thread that reads a socket is not interrupted, unless it is a virtual one.
			Apache          | interrupt | READ_TIMED_OUT | Read timed out
			Feign           | interrupt | READ_TIMED_OUT | Read timed out
			Simple          | interrupt | READ_TIMED_OUT | Read timed out
			Apache          | cancel    | READ_TIMED_OUT | Read timed out
			Feign           | cancel    | READ_TIMED_OUT | Read timed out
			Simple          | cancel    | READ_TIMED_OUT | Read timed out
			# No thread waits.
			Gateway WebFlux | interrupt | READ_TIMED_OUT | TimeoutException
			# The thread that waits does not look whether its own caller has left.
			Gateway MVC     | cancel    | READ_TIMED_OUT | HttpTimeoutException
			""";

	private static FailingCalls calls;

	@BeforeAll
	static void start() {
		calls = new FailingCalls();
	}

	@AfterAll
	static void stop() throws Exception {
		calls.close();
	}

	static Stream<String> clients() {
		return FailingCalls.names();
	}

	static Stream<Arguments> calls() {
		return clients()
			.flatMap((client) -> OF_THE_INSTANCE.keySet().stream().map((service) -> Arguments.of(client, service)));
	}

	@ParameterizedTest(name = "{0}: {1}")
	@MethodSource("calls")
	void whatACallHasComeToIsKnown(String client, String service) throws InterruptedException {
		forget(client);
		calls.call(client, service);
		Told told = next(client);
		assertThat(told.outcome()).as(told.reported()).isEqualTo(OF_THE_INSTANCE.get(service));
	}

	/**
	 * One of the Gateways hides the instance that was chosen behind an object of its own.
	 */
	@ParameterizedTest
	@MethodSource("clients")
	void oneOfTwoThatRefusesIsMetOnce(String client) throws InterruptedException {
		forget(client);
		calls.outliers(client).giveBack(calls.services().address("refused"));
		List<@Nullable Outcome> outcomes = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			calls.call(client, "pair");
			outcomes.add(next(client).outcome());
		}
		assertThat(outcomes).containsOnlyOnce(Outcome.UNREACHABLE).containsOnly(Outcome.UNREACHABLE, Outcome.ANSWERED);
	}

	@ParameterizedTest(name = "{0}: {1}")
	@CsvSource(delimiter = '|', textBlock = OF_THE_CALLER)
	@Tag("long")
	void whatTheCallerHasEndedSaysNothingOfTheInstance(String client, String fault, @Nullable Outcome outcome,
			String exception) throws Exception {
		assertThatItIs(client, fault, outcome, exception);
	}

	@ParameterizedTest(name = "{0}: {1}")
	@CsvSource(delimiter = '|', textBlock = UNNOTICED)
	@Tag("long")
	void whatTheClientDoesNotNoticeEndsAsItWouldHave(String client, String fault, Outcome outcome, String exception)
			throws Exception {
		assertThatItIs(client, fault, outcome, exception);
	}

	@Test
	void theTablesHaveEachClientWithEachFault() {
		Stream<String> rows = (OF_THE_CALLER + UNNOTICED).lines()
			.filter((line) -> !line.startsWith("#"))
			.map((line) -> line.split(" *\\| *"))
			.map((row) -> row[0] + ": " + row[1]);
		Stream<String> all = clients()
			.flatMap((client) -> Stream.of("pool", "interrupt", "cancel").map((fault) -> client + ": " + fault));
		assertThat(rows).containsExactlyInAnyOrderElementsOf(all.toList());
	}

	private static void assertThatItIs(String client, String fault, @Nullable Outcome outcome, String exception)
			throws Exception {
		forget(client);
		switch (fault) {
			case "pool" -> {
				Thread first = calls.beginOnThread(client, "silent");
				calls.services().awaitCallOfSilent();
				calls.call(client, "silent");
				first.join();
				List<Told> both = List.of(next(client), next(client));
				assertThat(both).extracting(Told::outcome).containsExactlyInAnyOrder(Outcome.READ_TIMED_OUT, outcome);
				assertThat(both).extracting(Told::reported).anyMatch((reported) -> reported.contains(exception));
			}
			case "interrupt" -> {
				Thread caller = calls.beginOnThread(client, "silent");
				Thread gateway = calls.reports(client).awaitBegin();
				calls.services().awaitCallOfSilent();
				(FailingCalls.isGateway(client) ? gateway : caller).interrupt();
				assertThatNextIs(client, outcome, exception);
				caller.join();
			}
			default -> {
				Future<?> call = calls.begin(client, "silent");
				calls.services().awaitCallOfSilent();
				call.cancel(true);
				assertThatNextIs(client, outcome, exception);
			}
		}
	}

	@ParameterizedTest
	@EnabledForJreRange(min = JRE.JAVA_21)
	@ValueSource(strings = { "Apache", "Feign", "Simple" })
	void anInterruptOfAVirtualThreadSaysNothingOfTheInstance(String client) throws Exception {
		forget(client);
		Thread caller = calls.beginOnVirtualThread(client, "silent");
		calls.services().awaitCallOfSilent();
		caller.interrupt();
		assertThatNextIs(client, Outcome.SAYS_NOTHING, "Closed by interrupt");
	}

	/**
	 * Its own connections stay open meanwhile; it is new ones that it cannot have, and
	 * files. This is first, so that nothing is loaded yet that failures alone need.
	 */
	@Test
	@Order(1)
	void aCallerWithoutADescriptorLearnsNothingOfTheInstance() throws Exception {
		Map<String, Told> all = new TreeMap<>();
		for (String client : clients().toList()) {
			calls.call(client, "status200");
			forget(client);
		}
		try (DescriptorLimit limit = DescriptorLimit.reached()) {
			for (String client : clients().toList()) {
				calls.call(client, "refused");
				all.put(client, next(client));
			}
		}
		assertThat(all).allSatisfy((client, told) -> {
			assertThat(told.outcome()).as(client + told.reported()).isEqualTo(Outcome.SAYS_NOTHING);
			assertThat(told.reported()).as(client).contains("Too many open files");
		});
	}

	private static void forget(String client) {
		calls.reports(client).forget();
		calls.services().forgetCallsOfSilent();
	}

	private static Told next(String client) throws InterruptedException {
		return calls.reports(client).next(Duration.ofSeconds(5));
	}

	private static void assertThatNextIs(String client, @Nullable Outcome outcome, String exception)
			throws InterruptedException {
		Duration longer = (outcome != null) ? Duration.ofSeconds(5) : FailingCalls.readTimeout(client).plusMillis(200);
		Told told = calls.reports(client).next(longer);
		assertThat(told.outcome()).as(told.reported()).isEqualTo(outcome);
		assertThat(told.reported()).contains(exception);
	}

}
