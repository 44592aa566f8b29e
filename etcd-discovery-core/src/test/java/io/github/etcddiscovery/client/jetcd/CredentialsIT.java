package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdAuth;
import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Credentials that are missing, late, or of no use.
 */
class CredentialsIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withRootPassword("root-s3cret"));

	private static final Credentials CREDENTIALS = new Credentials("app", "app-s3cret");

	private static final KeyRange ALLOWED = KeyRange.prefix(Bytes.utf8("allowed/"));

	private final CountDownLatch end = new CountDownLatch(1);

	private final Logger logger = (Logger) LoggerFactory.getLogger(Login.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private EtcdClient client;

	@BeforeAll
	static void createUser() {
		EtcdAuth auth = etcd.cluster().auth();
		auth.addRole("app");
		auth.grantPrefix("app", Access.READWRITE, "allowed/");
		auth.addUser("app", CREDENTIALS.password(), "app");
	}

	private void connect(Supplier<Credentials> credentials) {
		this.client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()).withCredentials(credentials));
	}

	@AfterEach
	void close() {
		this.end.countDown();
		this.logger.detachAppender(this.log);
		this.logger.setLevel(null);
		this.client.close();
		etcd.cluster().start();
	}

	@Test
	void credentialsAreOfNoHarmWhereAuthenticationIsOff() {
		connect(() -> CREDENTIALS);
		etcd.cluster().auth().disable();
		try {
			Await.value(this.client.probe(ALLOWED));
		}
		finally {
			etcd.cluster().auth().enable("root-s3cret");
		}
		Await.answer(() -> this.client.probe(ALLOWED));
	}

	@Test
	@Tag("long")
	void credentialsThatCannotBeReadAreNamedAndAskedForAgain() {
		AtomicReference<Supplier<Credentials>> credentials = new AtomicReference<>(() -> {
			throw new IllegalStateException("no such file: /run/secrets/etcd");
		});
		connect(() -> credentials.get().get());
		EtcdDiscoveryException failure = Await.failure(this.client.probe(ALLOWED));
		assertThat(failure.kind()).isEqualTo(Kind.LOGIN_REFUSED);
		assertThat(failure).hasMessageContaining("no such file: /run/secrets/etcd");
		credentials.set(() -> CREDENTIALS);
		Await.answer(() -> this.client.probe(ALLOWED));
	}

	@Test
	@Tag("long")
	void aSupplierThatGivesNoCredentialsIsNamedAndAskedAgain() {
		AtomicReference<Credentials> credentials = new AtomicReference<>();
		connect(credentials::get);
		EtcdDiscoveryException failure = Await.failure(this.client.probe(ALLOWED));
		assertThat(failure.kind()).isEqualTo(Kind.LOGIN_REFUSED);
		assertThat(failure).hasMessageContaining("no credentials");
		credentials.set(CREDENTIALS);
		Await.answer(() -> this.client.probe(ALLOWED));
	}

	@Test
	void credentialsThatTakeForEverFailTheCallInTime() {
		connect(this::whenTheTestIsOver);
		Recorder recorder = new Recorder();
		this.client.watches(Runnable::run).watch(ALLOWED, 1, recorder);
		assertThat(Await.failure(this.client.probe(ALLOWED)).kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.UNAVAILABLE);
		this.end.countDown();
		Await.answer(() -> this.client.probe(ALLOWED));
	}

	@Tag("long")
	@Test
	void credentialsThatTakeLongerThanACallAreWaitedForAndAskedForOnce() {
		AtomicInteger asked = new AtomicInteger();
		this.logger.setLevel(Level.WARN);
		this.log.start();
		this.logger.addAppender(this.log);
		connect(() -> {
			asked.incrementAndGet();
			await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
			return CREDENTIALS;
		});
		long begin = System.nanoTime();
		EtcdDiscoveryException late = Await.failure(this.client.probe(ALLOWED));
		assertThat(late.kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(2900),
				Duration.ofMillis(3400));
		Await.value(this.client.probe(ALLOWED));
		Await.value(this.client.probe(ALLOWED));
		assertThat(asked).hasValue(1);
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getLevel()).isEqualTo(Level.WARN))
			.extracting(ILoggingEvent::getFormattedMessage)
			.asString()
			.contains("were asked for 3.0 s ago");
	}

	@Test
	void etcdSaysToEverybodyWhichClusterItIs() {
		connect(() -> CREDENTIALS);
		Connection connection = ((JetcdClient) this.client).calls().connections().current();
		AnswerCheck.Identity identity = Await.value(connection.identity(Runnable::run));
		assertThat(identity.kind()).isEqualTo(AnswerCheck.Identity.Kind.ETCD);
		assertThat(identity.cluster()).isNotZero();
	}

	@Test
	@Tag("long")
	void nothingElseWaitsForCredentials() {
		AtomicInteger connections = new AtomicInteger();
		this.client = EtcdClient.connect(EtcdClientSettings.of("http://127.0.0.1:1")
			.withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1))
			.withCredentials(this::whenTheTestIsOver), (builder) -> connections.incrementAndGet());
		JetcdClient client = (JetcdClient) this.client;
		client.probe(ALLOWED);
		client.calls()
			.connections()
			.note(client.calls().connections().current(), Status.UNAVAILABLE.asRuntimeException());
		await().atMost(Duration.ofSeconds(10)).until(() -> connections.get() == 2);
	}

	@Test
	void closeEndsCallsAndWatchesThatWaitForALogin() {
		connect(this::whenTheTestIsOver);
		CompletableFuture<Long> call = this.client.probe(ALLOWED);
		Recorder recorder = new Recorder();
		this.client.watches(Runnable::run).watch(ALLOWED, 1, recorder);
		this.client.close();
		assertThat(Await.failure(call).kind()).isEqualTo(Kind.CLOSED);
		assertThat(recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.CLOSED);
		this.client.watches(Runnable::run).watch(ALLOWED, 1, recorder);
		assertThat(recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.CLOSED);
	}

	@Test
	void loginIsUnavailableNotRefusedWhereEtcdIsAway() {
		connect(() -> CREDENTIALS);
		etcd.cluster().kill();
		assertThat(Await.failure(this.client.probe(ALLOWED)).kind()).isEqualTo(Kind.UNAVAILABLE);
		etcd.cluster().start();
		Await.answer(() -> this.client.probe(ALLOWED));
	}

	private Credentials whenTheTestIsOver() {
		try {
			this.end.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return CREDENTIALS;
	}

}
