package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdExtension;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** When the stream of renewals is kept, when it is given up, and what it says. */
class RenewalsIT {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final LeaseKeepAliveRequest RENEWAL = LeaseKeepAliveRequest.newBuilder().setID(1).build();

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final Threads threads = new Threads();

	private final AtomicInteger opened = new AtomicInteger();

	private RuntimeException fault;

	private final Connections connections = new Connections(EtcdClientSettings.of(etcd.endpoint()),
			(builder) -> builder.interceptor(new BeforeCall("etcdserverpb.Lease/LeaseKeepAlive", this::beforeOpening)),
			this.threads, HOUR);

	private final Renewals renewals = new Renewals(this.connections, this.threads);

	@AfterEach
	void close() {
		this.connections.close();
		this.threads.close();
		etcd.cluster().unfreeze();
	}

	private void beforeOpening() {
		this.opened.incrementAndGet();
		if (this.fault != null) {
			throw this.fault;
		}
	}

	@Test
	void anotherTokenIsForAnotherStream() {
		renew("");
		renew("other");
		assertThat(this.opened).hasValue(2);
	}

	@Test
	void openingDoesNotEndWhatIsUnderWay() {
		renew("");
		etcd.cluster().freeze();
		CompletableFuture<LeaseKeepAliveResponse> underWay = this.renewals.renew(RENEWAL, "", in(300));
		this.renewals.open("other");
		assertFails(underWay, Status.Code.DEADLINE_EXCEEDED);
		assertThat(this.opened).hasValue(1);
	}

	@Test
	void aRenewalWithoutTimeLeavesTheStreamAlone() {
		renew("");
		assertFails(this.renewals.renew(RENEWAL, "", in(-1)), Status.Code.DEADLINE_EXCEEDED);
		renew("");
		assertThat(this.opened).hasValue(1);
	}

	@Test
	void aStreamThatCannotBeOpenedIsToldAtOnceAndOpenedByTheNext() {
		this.fault = new IllegalStateException("of an interceptor");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> Await.value(this.renewals.renew(RENEWAL, "", in(60_000))))
			.withMessageContaining("of an interceptor");
		this.fault = null;
		renew("");
	}

	/** A server that is about to end answers it, and nothing else. */
	@Test
	void anOpenStreamDoesNotSayThatCallsGetThrough() {
		Connection connection = this.connections.current();
		renew("");
		assertThat(connection.answeredWithin(HOUR)).isTrue();
		this.connections.note(connection, Status.UNAVAILABLE.asRuntimeException());
		renew("");
		assertThat(connection.answeredWithin(HOUR)).isFalse();
	}

	@Test
	void anAnswerOnAnOpenStreamShowsThatTheConnectionIsOfUse() {
		Connection connection = this.connections.current();
		renew("");
		Object mark = connection.unanswered();
		renew("");
		assertThat(connection.silentSince(mark)).isFalse();
	}

	@Test
	void aStreamThatAnswersIsKeptWhileItsSuccessorDoesNot() {
		renew("");
		this.fault = new IllegalStateException("no fresh stream");
		renew("other");
		renew("other");
		assertThat(this.opened).hasValue(3);
		this.fault = null;
		renew("other");
		renew("other");
		assertThat(this.opened).hasValue(4);
	}

	@Test
	@Tag("long")
	void aStreamWhoseConnectionWasReplacedIsKeptUntilItsSuccessorHasAnswered() {
		renew("");
		Connection old = this.connections.current();
		this.connections.note(old, Status.UNAVAILABLE.asRuntimeException());
		await().atMost(Duration.ofSeconds(10)).until(() -> this.connections.current() != old);
		this.fault = new IllegalStateException("the fresh connection is of no use yet");
		renew("");
		this.fault = null;
		renew("");
		renew("");
		assertThat(this.opened).hasValue(3);
	}

	@Test
	void theStreamOutlivesTheContextOfItsFirstCaller() {
		Context.CancellableContext caller = Context.ROOT.withCancellation();
		caller.run(() -> renew(""));
		caller.cancel(null);
		renew("");
		assertThat(this.opened).hasValue(1);
	}

	private void renew(String token) {
		assertThat(Await.value(this.renewals.renew(RENEWAL, token, in(2000))).getTTL()).isZero();
	}

	private static void assertFails(CompletableFuture<?> renewal, Status.Code code) {
		assertThat(renewal).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.satisfies((error) -> assertThat(Status.fromThrowable(error).getCode()).isEqualTo(code));
	}

	private static Deadline in(int millis) {
		return Deadline.after(millis, TimeUnit.MILLISECONDS);
	}

}
