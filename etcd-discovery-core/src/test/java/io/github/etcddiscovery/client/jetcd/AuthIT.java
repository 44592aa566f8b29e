package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.test.EtcdAuth;
import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Logins, tokens that etcd forgets, and what users may not do; simple tokens. */
class AuthIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withRootPassword("root-s3cret"));

	private static final String PASSWORD = "app-s3cret";

	private static final KeyRange ALLOWED = KeyRange.prefix(Bytes.utf8("allowed/"));

	private static final KeyRange FORBIDDEN = KeyRange.prefix(Bytes.utf8("forbidden/"));

	private final AtomicReference<String> password = new AtomicReference<>(PASSWORD);

	private final AtomicInteger logins = new AtomicInteger();

	private final String user = "app-" + UUID.randomUUID();

	private EtcdClient client;

	@BeforeAll
	static void createRole() {
		EtcdAuth auth = etcd.cluster().auth();
		auth.addRole("app");
		auth.grantPrefix("app", Access.READWRITE, "allowed/");
	}

	@BeforeEach
	void connect() {
		etcd.cluster().auth().addUser(this.user, PASSWORD, "app");
		this.client = connect(EtcdClientSettings.of(etcd.endpoint())
			.withCredentials(() -> new Credentials(this.user, this.password.get())));
	}

	private EtcdClient connect(EtcdClientSettings settings) {
		return EtcdClient.connect(settings, (builder) -> builder
			.interceptor(new BeforeCall("etcdserverpb.Auth/Authenticate", this.logins::incrementAndGet)));
	}

	@AfterEach
	void close() {
		this.client.close();
		etcd.cluster().start();
	}

	@Test
	void oneLoginServesCallsThatAreMadeAtOnce() {
		List<CompletableFuture<Long>> calls = IntStream.range(0, 100)
			.mapToObj((i) -> this.client.probe(ALLOWED))
			.toList();
		Recorder recorder = new Recorder();
		this.client.watches(Runnable::run).watch(ALLOWED, 1, recorder);
		calls.forEach(Await::value);
		recorder.next(Recorder.Confirmed.class);
		assertThat(this.logins).hasValue(1);
	}

	@Test
	void renewalSurvivesARestartOfEtcdThatForgetsTokens() {
		Lease lease = Await.value(this.client.grant(Duration.ofSeconds(60)));
		put("allowed/renewed", lease);
		restart();
		assertThat(Await.answer(() -> this.client.renew(lease.id(), Duration.ofSeconds(2))))
			.isEqualTo(Duration.ofSeconds(60));
	}

	@Test
	void watchSurvivesARestartOfEtcdThatForgetsTokens() {
		Await.value(this.client.probe(ALLOWED));
		restart();
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			Recorder recorder = new Recorder();
			this.client.watches(Runnable::run).watch(ALLOWED, 1, recorder);
			Object first = recorder.next(Object.class);
			return first instanceof Recorder.Confirmed;
		});
	}

	@Test
	@Tag("long")
	void everyOtherCallSurvivesARestartOfEtcdThatForgetsTokens() {
		Lease lease = Await.value(this.client.grant(Duration.ofSeconds(60)));
		List<Supplier<CompletableFuture<?>>> calls = List.of(() -> this.client.probe(ALLOWED),
				() -> Lists.whole(this.client, ALLOWED), () -> this.client.grant(Duration.ofSeconds(10)),
				() -> this.client.leaseKeys(lease.id()),
				() -> this.client
					.commit(new Write.Put(Bytes.utf8("allowed/" + UUID.randomUUID()), Bytes.EMPTY, lease.id(), 0)),
				() -> this.client.revoke(lease.id()));
		for (Supplier<CompletableFuture<?>> call : calls) {
			restart();
			Await.answer(() -> call.get().thenApply((answer) -> true));
		}
	}

	@Test
	void wrongPasswordIsRefusedWithoutAFloodOfLogins() {
		this.password.set("wrong-s3cret");
		List<EtcdDiscoveryException> failures = IntStream.range(0, 100)
			.mapToObj((i) -> Await.failure(this.client.probe(ALLOWED)))
			.toList();
		assertThat(failures).extracting(EtcdDiscoveryException::kind).containsOnly(Kind.LOGIN_REFUSED);
		assertThat(failures.get(0)).hasMessageContaining("authentication failed")
			.hasMessageContaining("Check user name and password")
			.hasStackTraceContaining("authentication failed");
		assertThat(failures.get(0).toString()).doesNotContain("s3cret");
		assertThat(this.logins).hasValue(1);
	}

	@Test
	@Tag("long")
	void rotatedPasswordHealsWithoutARestart() {
		Await.value(this.client.probe(ALLOWED));
		etcd.cluster().auth().changePassword(this.user, "rotated-s3cret");
		await().atMost(Duration.ofSeconds(10))
			.until(() -> Await.failure(this.client.probe(ALLOWED)).kind() == Kind.LOGIN_REFUSED);
		this.password.set("rotated-s3cret");
		Await.answer(() -> this.client.probe(ALLOWED));
	}

	@Test
	void rotatedPasswordThatIsKnownInTimeCostsOneLogin() {
		Await.value(this.client.probe(ALLOWED));
		this.password.set("rotated-s3cret");
		etcd.cluster().auth().changePassword(this.user, "rotated-s3cret");
		Await.answer(() -> this.client.probe(ALLOWED));
		assertThat(this.logins).hasValue(2);
	}

	@Test
	void whatIsNotPermittedIsNamed() {
		Lease lease = Await.value(this.client.grant(Duration.ofSeconds(60)));
		assertDenied(this.client.probe(FORBIDDEN), "forbidden/*");
		assertDenied(Lists.whole(this.client, FORBIDDEN), "forbidden/*");
		assertDenied(this.client.commit(new Write.Put(Bytes.utf8("forbidden/a"), Bytes.EMPTY, lease.id(), 0)),
				"put of forbidden/a");
		assertThat(this.logins).hasValue(1);
	}

	@Test
	void watchThatIsNotPermittedEndsWithoutAFloodOfLogins() {
		for (int i = 0; i < 5; i++) {
			Recorder recorder = new Recorder();
			this.client.watches(Runnable::run).watch(FORBIDDEN, 1, recorder);
			EtcdDiscoveryException cause = recorder.next(Recorder.Ended.class).cause();
			assertThat(cause.kind()).isEqualTo(Kind.PERMISSION_DENIED);
			assertThat(cause).hasMessageContaining("forbidden/*");
		}
		assertThat(this.logins).hasValue(1);
	}

	@Test
	void permissionThatIsGrantedLaterIsUsed() {
		assertDenied(this.client.probe(KeyRange.prefix(Bytes.utf8("later/"))), "later/");
		etcd.cluster().auth().grantPrefix("app", Access.READ, "later/");
		Await.value(this.client.probe(KeyRange.prefix(Bytes.utf8("later/"))));
	}

	@Test
	void clientWithoutCredentialsIsToldThatItNeedsThem() {
		try (EtcdClient nobody = connect(EtcdClientSettings.of(etcd.endpoint()))) {
			EtcdDiscoveryException failure = Await.failure(nobody.probe(ALLOWED));
			assertThat(failure.kind()).isEqualTo(Kind.LOGIN_REFUSED);
			assertThat(failure).hasMessageContaining("wants a user name");
			Recorder recorder = new Recorder();
			nobody.watches(Runnable::run).watch(ALLOWED, 1, recorder);
			assertThat(recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.LOGIN_REFUSED);
		}
		assertThat(this.logins).hasValue(0);
	}

	/** At once: etcd from 3.5 on waits for streams before it ends by itself. */
	private static void restart() {
		etcd.cluster().kill();
		etcd.cluster().start();
	}

	private void put(String key, Lease lease) {
		assertThat(
				Await.value(this.client.commit(new Write.Put(Bytes.utf8(key), Bytes.EMPTY, lease.id(), 0))).applied())
			.isTrue();
	}

	private static void assertDenied(CompletableFuture<?> call, String what) {
		EtcdDiscoveryException failure = Await.failure(call);
		assertThat(failure.kind()).isEqualTo(Kind.PERMISSION_DENIED);
		assertThat(failure).hasMessageContaining(what);
	}

}
