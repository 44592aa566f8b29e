package io.github.etcddiscovery.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.EtcdAuth;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
	void credentialsThatTakeForEverFailTheCallInTime() {
		connect(this::whenTheTestIsOver);
		Recorder recorder = new Recorder();
		this.client.watches(Runnable::run).watch(ALLOWED, 1, recorder);
		assertThat(Await.failure(this.client.probe(ALLOWED)).kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(recorder.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.UNAVAILABLE);
		this.end.countDown();
		Await.answer(() -> this.client.probe(ALLOWED));
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
