package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.test.EtcdExtension;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** When the stream of a lease is kept, when it is given up, and what it says. */
class RenewalsIT {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Duration TTL = Duration.ofSeconds(60);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final ManualScheduler time = new ManualScheduler();

	private final Threads threads = new Threads();

	private final AtomicInteger opened = new AtomicInteger();

	private volatile String openedBy = "";

	private Runnable fault = () -> {
	};

	private final Connections connections = new Connections(EtcdClientSettings.of(etcd.endpoint()),
			(builder) -> builder.interceptor(new BeforeCall("etcdserverpb.Lease/LeaseKeepAlive", this::beforeOpening)),
			this.threads, HOUR);

	private final Renewals renewals = new Renewals(this.connections, this.threads);

	private final long lease = grant();

	@AfterEach
	void close() {
		this.connections.close();
		this.threads.close();
		etcd.cluster().unfreeze();
	}

	private void beforeOpening() {
		this.opened.incrementAndGet();
		this.openedBy = Thread.currentThread().getName();
		this.fault.run();
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
		CompletableFuture<LeaseKeepAliveResponse> underWay = this.renewals.renew(renewal(this.lease), "", in(300));
		this.renewals.open(this.lease, TTL, "other");
		assertFails(underWay, Status.Code.DEADLINE_EXCEEDED);
		assertThat(this.opened).hasValue(1);
	}

	@Test
	void aRenewalWithoutTimeLeavesTheStreamAlone() {
		renew("");
		assertFails(this.renewals.renew(renewal(this.lease), "", in(-1)), Status.Code.DEADLINE_EXCEEDED);
		renew("");
		assertThat(this.opened).hasValue(1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aStreamThatCannotBeOpenedIsToldAtOnceAndOpenedByTheNext(boolean error) {
		this.fault = () -> {
			if (error) {
				throw new NoClassDefFoundError("of an interceptor");
			}
			throw new IllegalStateException("of an interceptor");
		};
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> Await.value(this.renewals.renew(renewal(this.lease), "", in(60_000))))
			.withMessageContaining("of an interceptor");
		this.fault = () -> {
		};
		renew("");
	}

	private static void fail() {
		throw new IllegalStateException("no fresh stream is of use yet");
	}

	/** Interceptors of users may take their time. */
	@Test
	void aStreamThatIsOpenedBecauseARenewalWasLateIsNotOpenedByTheTimer() {
		renew("");
		etcd.cluster().freeze();
		var unused = this.renewals.renew(renewal(this.lease), "", in(300));
		CompletableFuture<LeaseKeepAliveResponse> other = this.renewals.renew(renewal(this.lease), "", in(20_000));
		await().until(() -> this.opened.get() == 2);
		assertThat(this.openedBy).isEqualTo("etcd-client-answers");
		etcd.cluster().unfreeze();
		assertThat(Await.value(other).getTTL()).isEqualTo(TTL.toSeconds());
	}

	@Test
	void aStreamWhoseCallThrowsAtItsEndIsFollowedByAnother() {
		try (Threads own = new Threads()) {
			Connections cancelling = new Connections(EtcdClientSettings.of(etcd.endpoint()),
					(builder) -> builder.interceptor(new ThrowsWhenCancelled()), own, HOUR);
			Renewals throwing = new Renewals(cancelling, own);
			assertThat(Await.value(throwing.renew(renewal(this.lease), "", in(2000))).getTTL()).isPositive();
			etcd.cluster().freeze();
			assertFails(throwing.renew(renewal(this.lease), "", in(300)), Status.Code.DEADLINE_EXCEEDED);
			etcd.cluster().unfreeze();
			assertThat(Await.value(throwing.renew(renewal(this.lease), "", in(10_000))).getTTL()).isPositive();
			cancelling.close();
		}
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
		AtomicReference<Object> mark = new AtomicReference<>();
		connection.unanswered(Runnable::run, Runnable::run, mark::set);
		renew("");
		assertThat(connection.silentSince(mark.get())).isFalse();
	}

	@Test
	void aStreamThatAnswersIsKeptWhileItsSuccessorDoesNot() {
		renew("");
		this.fault = RenewalsIT::fail;
		renew("other");
		renew("other");
		assertThat(this.opened).hasValue(3);
		this.fault = () -> {
		};
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
		this.fault = RenewalsIT::fail;
		renew("");
		this.fault = () -> {
		};
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

	@Test
	void eachLeaseHasAStreamOfItsOwn() {
		renew("");
		long other = grant();
		assertThat(Await.value(this.renewals.renew(renewal(other), "", in(2000))).getTTL()).isPositive();
		renew("");
		assertThat(this.opened).hasValue(2);
	}

	@Test
	void renewalsOfOneLeaseAtOnceAreAnsweredOnItsStream() {
		renew("");
		List<CompletableFuture<LeaseKeepAliveResponse>> renewals = IntStream.range(0, 5)
			.mapToObj((i) -> this.renewals.renew(renewal(this.lease), "", in(2000)))
			.toList();
		assertThat(renewals).map(Await::value).allMatch((renewed) -> renewed.getTTL() == TTL.toSeconds());
		assertThat(this.opened).hasValue(1);
	}

	@Test
	void theStreamEndsWithTheAnswerThatTheLeaseHasEnded() {
		renew("");
		LeaseRevokeRequest revocation = LeaseRevokeRequest.newBuilder().setID(this.lease).build();
		Await.value(this.connections.call(LeaseGrpc.getLeaseRevokeMethod(), revocation, "", in(2000)));
		for (int i = 0; i < 2; i++) {
			assertThat(Await.value(this.renewals.renew(renewal(this.lease), "", in(2000))).getTTL()).isZero();
		}
		assertThat(this.opened).hasValue(2);
	}

	@Test
	void theStreamEndsWhenNobodyHasRenewedTheLeaseForAsLongAsItLives() {
		Threads driven = new Threads(this.time.executor(), this.time::now, new StreamScheduleRig.AtOnce());
		Renewals own = new Renewals(this.connections, driven);
		own.open(this.lease, TTL, "");
		this.time.advance(TTL.minusSeconds(1));
		Await.value(own.renew(renewal(this.lease), "", in(2000)));
		this.time.advance(TTL.minusSeconds(1));
		Await.value(own.renew(renewal(this.lease), "", in(2000)));
		assertThat(this.opened).hasValue(1);
		this.time.advance(TTL);
		Await.value(own.renew(renewal(this.lease), "", in(2000)));
		assertThat(this.opened).hasValue(2);
		driven.close();
	}

	@Test
	void theStreamOfALeaseThatIsRenewedNoMoreEndsWhenWhatIsUnderWayIsAnswered() {
		renew("");
		CompletableFuture<LeaseKeepAliveResponse> underWay = this.renewals.renew(renewal(this.lease), "", in(2000));
		this.renewals.end(this.lease);
		assertThat(Await.value(underWay).getTTL()).isEqualTo(TTL.toSeconds());
		renew("");
		assertThat(this.opened).hasValue(2);
	}

	private long grant() {
		LeaseGrantRequest request = LeaseGrantRequest.newBuilder().setTTL(TTL.toSeconds()).build();
		return Await.answer(() -> this.connections.call(LeaseGrpc.getLeaseGrantMethod(), request, "", in(2000)))
			.getID();
	}

	private static LeaseKeepAliveRequest renewal(long lease) {
		return LeaseKeepAliveRequest.newBuilder().setID(lease).build();
	}

	private void renew(String token) {
		assertThat(Await.value(this.renewals.renew(renewal(this.lease), token, in(2000))).getTTL())
			.isEqualTo(TTL.toSeconds());
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
