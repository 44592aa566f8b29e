package io.github.etcddiscovery.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import io.etcd.jetcd.api.TxnResponse;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientCustomizer;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.jetcd.ForeignServer;
import io.github.etcddiscovery.registry.WatchedKeys.KeyEvent;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Something between us and a real etcd gives answers that etcd did not give: what has
 * happened is unknown then, and nothing is lost or left behind for it.
 */
class FalseAnswersIT {

	private static final String RENEWAL = "etcdserverpb.Lease/LeaseKeepAlive";

	private static final String TRANSACTION = "etcdserverpb.KV/Txn";

	/** What a loaded machine may take longer. */
	private static final Duration LOADED = Duration.ofSeconds(2);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withMembers(2));

	private final String service = "echo-" + UUID.randomUUID();

	private final WatchedKeys watched = new WatchedKeys(etcd, "kitex/registry-etcd/" + this.service + "/");

	private final List<AutoCloseable> open = new ArrayList<>(List.of(this.watched));

	@AfterEach
	void close() throws Exception {
		for (int i = this.open.size(); i-- > 0;) {
			this.open.get(i).close();
		}
	}

	@Test
	void aPutThatWasAppliedAndAnsweredByALimitIsFoundToStandAndIsRemoved() {
		FalseAnswers limit = FalseAnswers.insteadOfAnswers(TRANSACTION, Status.RESOURCE_EXHAUSTED, FalseAnswersIT::put)
			.next(1);
		Registration registration = registry(Duration.ofSeconds(15), limit).register(instance(1));

		within(Duration.ofSeconds(1), () -> registration.state() == RegistrationState.REGISTERED);
		assertThat(limit.given()).isEqualTo(1);
		assertThat(this.watched.eventsOf(key(1))).as("written once").hasSize(1);
		assertThat(registration.outFor()).isZero();
		registration.close();
		within(Duration.ofSeconds(1), () -> this.watched.deletions().size() == 1);
	}

	@Test
	void aPutThatWasAppliedIsNotTakenToBeOutWhileNothingIsKnownOfItAndIsRemovedOnClose() {
		FalseAnswers limit = FalseAnswers
			.insteadOfAnswers(TRANSACTION, Status.RESOURCE_EXHAUSTED, TxnResponse.class::isInstance)
			.next(Integer.MAX_VALUE);
		Registration registration = registry(Duration.ofSeconds(15), limit).register(instance(1));

		within(Duration.ofSeconds(1), () -> limit.given() >= 2);
		assertThat(this.watched.eventsOf(key(1))).isNotEmpty();
		assertThat(registration.outFor()).isZero();
		Thread closing = new Thread(registration::close);
		closing.start();
		within(Duration.ofSeconds(1), () -> registration.state() == RegistrationState.CLOSED);
		limit.next(0);
		within(Duration.ofSeconds(5), () -> this.watched.deletions().size() == 1);
		within(Duration.ofSeconds(3), () -> !closing.isAlive());
	}

	private static boolean put(Object answer) {
		return answer instanceof TxnResponse transaction && transaction.getSucceeded()
				&& transaction.getResponsesList().stream().anyMatch((each) -> each.hasResponsePut());
	}

	/** All at once, because each takes so long. */
	@Tag("long")
	@Test
	void renewalsThatAreRefusedAsNoEtcdDoesCostNoLease() {
		List<Refused> all = List.of(refused(1, Status.UNIMPLEMENTED, 10, 1),
				refused(2, Status.RESOURCE_EXHAUSTED, 10, 1), refused(3, Status.UNIMPLEMENTED, 15, 2),
				refused(4, Status.RESOURCE_EXHAUSTED, 15, 2));
		all.forEach((one) -> one.answers().next(one.refusals()));

		await().during(Duration.ofSeconds(35))
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.watched.events().size() == all.size());
		for (Refused one : all) {
			assertThat(one.answers().given()).as("refused to %s", one.registration()).isEqualTo(one.refusals());
			assertThat(one.registration().state()).as("refused to %s", one.registration())
				.isEqualTo(RegistrationState.REGISTERED);
		}
	}

	private Refused refused(int number, Status status, int ttl, int refusals) {
		FalseAnswers answers = FalseAnswers.insteadOfRequests(RENEWAL, status);
		return new Refused(registered(registry(Duration.ofSeconds(ttl), answers), number), answers, refusals);
	}

	/** A registration of which so many renewals are refused. */
	private record Refused(Registration registration, FalseAnswers answers, int refusals) {

	}

	@Tag("long")
	@ParameterizedTest
	@EnumSource(value = Status.Code.class, names = { "UNIMPLEMENTED", "RESOURCE_EXHAUSTED" })
	void besideAServerThatIsNoEtcdADeletedKeyIsBackAndNoneIsLost(Status.Code answer) throws IOException {
		ForeignServer foreign = ForeignServer.answering(Status.fromCode(answer));
		this.open.add(foreign);
		List<String> endpoints = new ArrayList<>(List.of(foreign.endpoint()));
		endpoints.addAll(etcd.endpoints());
		EtcdRegistry registry = registry(Duration.ofSeconds(5), endpoints, (builder) -> {
		});
		IntStream.range(0, 6).forEach((number) -> registered(registry, number));
		int asked = foreign.answered();
		assertThat(asked).isPositive();

		for (int number = 0; number < 6; number++) {
			String key = key(number);
			etcd.delete(key);
			within(Duration.ofSeconds(1), () -> this.watched.eventsOf(key).size() == 3);
			List<KeyEvent> events = this.watched.eventsOf(key);
			assertThat(events).extracting(KeyEvent::put).containsExactly(true, false, true);
			assertThat(events.get(2).since(events.get(1))).isLessThan(Duration.ofSeconds(1).plus(LOADED));
		}
		await().during(Duration.ofSeconds(12))
			.atMost(Duration.ofSeconds(30))
			.until(() -> this.watched.deletions().size() == 6);
		assertThat(foreign.answered()).as("left out soon, and asked again every 30 s").isLessThan(asked + 4);
	}

	private EtcdRegistry registry(Duration ttl, FalseAnswers answers) {
		return registry(ttl, etcd.endpoints(), (builder) -> builder.interceptor(answers));
	}

	private EtcdRegistry registry(Duration ttl, List<String> endpoints, EtcdClientCustomizer customizer) {
		EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(endpoints), customizer);
		this.open.add(client);
		EtcdRegistry registry = EtcdRegistry.create(client, RegistryOptions.defaults().withTtl(ttl));
		this.open.add(registry);
		return registry;
	}

	private Registration registered(EtcdRegistry registry, int number) {
		Registration registration = registry.register(instance(number));
		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
		return registration;
	}

	private Instance instance(int number) {
		return Instance.of(this.service, "10.0.0." + number, 8888);
	}

	private String key(int number) {
		return "kitex/registry-etcd/" + this.service + "/" + instance(number).address();
	}

	private static void within(Duration duration, Callable<Boolean> condition) {
		await().atMost(duration.plus(LOADED)).pollInterval(Duration.ofMillis(10)).until(condition);
	}

}
