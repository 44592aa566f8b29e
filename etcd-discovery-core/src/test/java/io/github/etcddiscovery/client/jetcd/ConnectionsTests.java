package io.github.etcddiscovery.client.jetcd;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.TrustManagerFactory;

import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.api.KVGrpc;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.TlsManagers;
import io.grpc.Deadline;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A connection that no other can be had for. */
class ConnectionsTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private Threads threads = new Threads();

	private final AtomicInteger opened = new AtomicInteger();

	private Connections connections;

	@AfterEach
	void close() {
		this.connections.close();
		this.threads.close();
	}

	@Test
	void silenceThatCannotBeEndedIsNoAnswerAndIsWaitedForAnew() throws InterruptedException {
		open(EtcdClientSettings.of("http://localhost:1"), HOUR);
		Connection connection = this.connections.current();
		this.connections.note(connection, Status.UNAVAILABLE.asRuntimeException());
		awaitOpened(2);
		assertThat(this.connections.current()).isSameAs(connection);
		assertThat(connection.answeredWithin(HOUR)).isFalse();
		assertThat(unanswered(connection)).isNotNull();
	}

	@Test
	void silenceThatNoTimerCanEndIsWaitedForAnew() {
		this.threads.close();
		this.threads = new Threads(new ScheduledThreadPoolExecutor(1) {

			@Override
			public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
				throw new InternalError("as a test has it");
			}

		}, System::nanoTime);
		open(EtcdClientSettings.of("http://localhost:1"), HOUR);
		Connection connection = this.connections.current();
		this.connections.note(connection, Status.UNAVAILABLE.asRuntimeException());
		assertThat(connection.answeredWithin(HOUR)).isFalse();
		assertThat(unanswered(connection)).isNotNull();
	}

	@Test
	void soIsSilenceWhoseTimerFindsNoMemory() {
		open(EtcdClientSettings.of("http://localhost:1"), HOUR);
		Connection connection = this.connections.current();
		connection.unanswered((task) -> new FutureTask<>(task, null).run(), (task) -> {
			throw new InternalError("as a test has it");
		}, (mark) -> {
		});
		assertThat(unanswered(connection)).isNotNull();
	}

	private static Object unanswered(Connection connection) {
		AtomicReference<Object> mark = new AtomicReference<>();
		connection.unanswered(Runnable::run, Runnable::run, mark::set);
		return mark.get();
	}

	@Test
	void certificatesThatCannotBeUsedAreNoAnswerAndDoNotEndTheSilence() throws InterruptedException {
		open(EtcdClientSettings.of("https://localhost:1").withTls(ConnectionsTests::otherCertificates),
				Duration.ofMillis(10));
		Connection connection = this.connections.current();
		connection.answered();
		Object mark = unanswered(connection);
		awaitOpened(this.opened.get() + 2);
		assertThat(connection.silentSince(mark)).isTrue();
		assertThat(connection.answeredWithin(HOUR)).isFalse();
	}

	@Test
	void aSupplierThatGivesNoCertificatesLeavesTheOldOnesInUseAndIsAskedAgain() throws InterruptedException {
		AtomicReference<TlsManagers> given = new AtomicReference<>(otherCertificates());
		AtomicInteger asked = new AtomicInteger();
		this.connections = new Connections(EtcdClientSettings.of("https://localhost:1").withTls(() -> {
			asked.incrementAndGet();
			return given.get();
		}), (builder) -> this.opened.incrementAndGet(), this.threads, Duration.ofMillis(10));
		Connection connection = this.connections.current();
		given.set(null);
		int before = asked.get();
		await().until(() -> asked.get() > before + 3);
		awaitOpened(1);
		assertThat(this.connections.current()).as("TLS is not given up").isSameAs(connection);
		given.set(otherCertificates());
		awaitOpened(2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aFaultOfAnInterceptorIsNoAnswerToTheQuestionWhoAnswers(boolean error) {
		this.connections = new Connections(EtcdClientSettings.of("http://localhost:1"),
				(builder) -> builder.interceptor(new BeforeCall("etcdserverpb.Watch/Watch", () -> {
					if (error) {
						throw new NoClassDefFoundError("an interceptor of a user");
					}
					throw new IllegalStateException("an interceptor of a user");
				})), this.threads, HOUR);
		AnswerCheck.Identity identity = Await.value(this.connections.current().identity(Runnable::run));
		assertThat(identity.kind()).isEqualTo(AnswerCheck.Identity.Kind.NONE);
	}

	@Test
	void aCallWithoutTimeToBeSentSaysNothingOfTheConnection() {
		open(EtcdClientSettings.of("http://localhost:1"), HOUR);
		Connection connection = this.connections.current();
		connection.answered();
		Throwable late = Await.value(this.connections
			.call(KVGrpc.getRangeMethod(), Messages.SIGN_OF_LIFE, "", Deadline.after(-1, TimeUnit.SECONDS))
			.handle((answer, error) -> error));
		assertThat(Status.fromThrowable(late).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
		assertThat(connection.answeredWithin(HOUR)).isTrue();
	}

	private void open(EtcdClientSettings settings, Duration tlsPeriod) {
		this.connections = new Connections(settings, this::failSecond, this.threads, tlsPeriod);
	}

	private static TlsManagers otherCertificates() {
		try {
			TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trust.init((KeyStore) null);
			return new TlsManagers(null, trust);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void failSecond(ClientBuilder builder) {
		if (this.opened.incrementAndGet() > 1) {
			throw new IllegalStateException("no such header");
		}
	}

	/** Waits also for what follows on the thread that opens connections. */
	private void awaitOpened(int count) throws InterruptedException {
		await().atMost(Duration.ofSeconds(15)).until(() -> this.opened.get() >= count);
		CountDownLatch followed = new CountDownLatch(1);
		this.threads.connecting().execute(followed::countDown);
		assertThat(followed.await(10, TimeUnit.SECONDS)).isTrue();
	}

}
