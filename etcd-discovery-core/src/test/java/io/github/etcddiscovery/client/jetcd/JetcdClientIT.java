package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Leases, writes, and what all calls have in common, at an etcd that is well. */
class JetcdClientIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults()
		.withProxies()
		.withFlag("heartbeat-interval", "100")
		.withFlag("election-timeout", "1000"));

	@RegisterExtension
	final ProxiedClient own = new ProxiedClient(etcd);

	@Test
	void grantedLeaseCanBeRenewedAskedAndRevoked() {
		Lease lease = Await.value(this.own.client.grant(Duration.ofSeconds(30)));
		assertThat(lease.ttl()).isEqualTo(Duration.ofSeconds(30));
		assertThat(Await.value(this.own.client.renew(lease.id(), Duration.ofSeconds(2))))
			.isEqualTo(Duration.ofSeconds(30));
		assertThat(Await.value(this.own.client.leaseKeys(lease.id())).left()).isBetween(Duration.ofSeconds(25),
				Duration.ofSeconds(30));
		Await.value(this.own.client.revoke(lease.id()));
		assertThat(Await.value(this.own.client.leaseKeys(lease.id())).left()).isNegative();
	}

	@Test
	void timeToLiveIsWhatEtcdGrantsNotWhatIsAskedFor() {
		assertThat(Await.value(this.own.client.grant(Duration.ofMillis(300))).ttl()).isEqualTo(Duration.ofSeconds(2));
		assertThat(Await.value(this.own.client.grant(Duration.ofMillis(7001))).ttl()).isEqualTo(Duration.ofSeconds(8));
	}

	@Test
	void renewalOfALeaseThatHasEndedSaysSo() {
		EtcdDiscoveryException failure = Await.failure(this.own.client.renew(0x1234abcd, Duration.ofSeconds(2)));
		assertThat(failure.kind()).isEqualTo(Kind.LEASE_NOT_FOUND);
		assertThat(failure).hasMessageContaining("renewal of lease 1234abcd").hasMessageContaining(etcd.endpoint());
	}

	@Test
	void revocationOfALeaseThatHasEndedIsSuccess() {
		assertThat(this.own.client.revoke(0x1234abcd)).succeedsWithin(Duration.ofSeconds(10));
	}

	@Test
	void putIsAppliedOnlyOnTheRevisionThatWasSeen() {
		Lease lease = Await.value(this.own.client.grant(Duration.ofSeconds(30)));
		Bytes key = Bytes.utf8(this.own.prefix + "a");
		Committed first = commit(new Write.Put(key, Bytes.utf8("1"), lease.id(), 0));
		assertThat(first.applied()).isTrue();
		assertThat(commit(new Write.Put(key, Bytes.utf8("2"), lease.id(), 0)).applied()).isFalse();
		Committed second = commit(new Write.Put(key, Bytes.utf8("3"), lease.id(), first.revision()));
		assertThat(second.applied()).isTrue();
		assertThat(second.revision()).isGreaterThan(first.revision());
		assertThat(list().entries()).containsExactly(new Entry(key, Bytes.utf8("3"), lease.id(), second.revision()));
	}

	@Test
	void aWriteThatIsTooLateSaysWhatStandsThere() {
		Lease lease = Await.value(this.own.client.grant(Duration.ofSeconds(30)));
		Bytes key = Bytes.utf8(this.own.prefix + "a");
		Committed first = commit(new Write.Put(key, Bytes.utf8("1"), lease.id(), 0));
		assertThat(first.found()).isNull();
		Committed late = commit(new Write.Put(key, Bytes.utf8("2"), lease.id(), 0));
		assertThat(late.applied()).isFalse();
		assertThat(late.found()).isEqualTo(new Entry(key, Bytes.utf8("1"), lease.id(), first.revision()));
		Committed gone = commit(new Write.Delete(Bytes.utf8(this.own.prefix + "b"), first.revision()));
		assertThat(gone.applied()).isFalse();
		assertThat(gone.found()).isNull();
	}

	@Test
	void aLeaseIsNotSaidToHaveKeysThatAreTooLong() {
		Lease lease = Await.value(this.own.client.grant(Duration.ofSeconds(30)));
		Bytes key = Bytes.utf8(this.own.prefix + "a");
		commit(new Write.Put(key, Bytes.utf8("1"), lease.id(), 0));
		commit(new Write.Put(Bytes.utf8(this.own.prefix + "b".repeat(Entry.MAX_KEY)), Bytes.utf8("1"), lease.id(), 0));
		assertThat(Await.value(this.own.client.leaseKeys(lease.id())).keys()).containsExactly(key);
	}

	@Test
	void aLeaseSaysWhichKeysItHas() {
		Lease lease = Await.value(this.own.client.grant(Duration.ofSeconds(30)));
		assertThat(Await.value(this.own.client.leaseKeys(lease.id())).keys()).isEmpty();
		Bytes key = Bytes.utf8(this.own.prefix + "a");
		commit(new Write.Put(key, Bytes.utf8("1"), lease.id(), 0));
		LeaseKeys keys = Await.value(this.own.client.leaseKeys(lease.id()));
		assertThat(keys.keys()).containsExactly(key);
		assertThat(keys.exists()).isTrue();
		assertThat(keys.grantedTtl()).isEqualTo(Duration.ofSeconds(30));
		assertThat(keys.left()).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(30));
		assertThat(Await.value(this.own.client.leaseKeys(0x1234abcd)).exists()).isFalse();
	}

	@Test
	void aThousandWritesCostOneCallEachAndOneProofThatEtcdAnswers() throws InterruptedException {
		AtomicInteger reads = new AtomicInteger();
		AtomicInteger transactions = new AtomicInteger();
		try (EtcdClient counted = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()),
				(builder) -> builder.interceptor(new BeforeCall("etcdserverpb.KV/Range", reads::incrementAndGet))
					.interceptor(new BeforeCall("etcdserverpb.KV/Txn", transactions::incrementAndGet)))) {
			Semaphore inFlight = new Semaphore(64);
			List<CompletableFuture<Committed>> writes = new ArrayList<>();
			for (int i = 0; i < 1000; i++) {
				inFlight.acquire();
				Write write = new Write.Put(Bytes.utf8(this.own.prefix + i), Bytes.utf8("v"), 0, 0);
				writes.add(counted.commit(write).whenComplete((committed, error) -> inFlight.release()));
			}
			assertThat(writes).map(Await::value).allMatch(Committed::applied);
		}
		assertThat(transactions).hasValue(1000);
		assertThat(reads).hasValueLessThanOrEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aFaultInTheProofThatEtcdAnswersFailsOneWriteAndNoneAfterIt(boolean error) {
		AtomicInteger faults = new AtomicInteger(1);
		try (EtcdClient faulty = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()),
				(builder) -> builder.interceptor(new BeforeCall("etcdserverpb.KV/Range", () -> {
					if (faults.getAndDecrement() > 0) {
						if (error) {
							throw new NoClassDefFoundError("an interceptor of a user");
						}
						throw new IllegalStateException("an interceptor of a user");
					}
				})))) {
			Write write = new Write.Delete(Bytes.utf8(this.own.prefix + "a"), 0);
			assertThat(Await.failure(faulty.commit(write))).hasRootCauseMessage("an interceptor of a user");
			assertThat(Await.answer(() -> faulty.commit(write)).applied()).isTrue();
		}
	}

	@Test
	void everyCallCarriesItsDeadlineToEtcd() {
		Set<String> withoutDeadline = ConcurrentHashMap.newKeySet();
		Bytes key = Bytes.utf8(this.own.prefix + "a");
		try (EtcdClient observed = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()),
				(builder) -> builder.interceptor(new ClientInterceptor() {

					@Override
					public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options,
							Channel next) {
						if (options.getDeadline() == null) {
							withoutDeadline.add(method.getFullMethodName());
						}
						return next.newCall(method, options);
					}

				}))) {
			Lease lease = Await.value(observed.grant(Duration.ofSeconds(30)));
			Await.value(observed.commit(new Write.Put(key, Bytes.EMPTY, lease.id(), 0)));
			Await.value(observed.read(List.of(key)));
			Await.value(Lists.whole(observed, this.own.range));
			Await.value(observed.probe(this.own.range));
			Await.value(observed.leaseKeys(lease.id()));
			Await.value(observed.renew(lease.id(), Duration.ofSeconds(2)));
			Await.value(observed.revoke(lease.id()));
		}
		assertThat(withoutDeadline).as("but for streams of renewals, whose questions have one of our own")
			.containsOnly("etcdserverpb.Lease/LeaseKeepAlive");
	}

	@Test
	void deletionIsAppliedOnlyOnTheRevisionThatWasSeen() {
		Bytes key = Bytes.utf8(this.own.prefix + "a");
		etcd.put(this.own.prefix + "a", "1");
		long revision = list().entries().get(0).modRevision();
		assertThat(commit(new Write.Delete(key, revision - 1)).applied()).isFalse();
		assertThat(list().entries()).hasSize(1);
		assertThat(commit(new Write.Delete(key, revision)).applied()).isTrue();
		assertThat(list().entries()).isEmpty();
	}

	@Test
	void putUnderALeaseThatHasEndedSaysSo() {
		EtcdDiscoveryException failure = Await
			.failure(this.own.client.commit(new Write.Put(Bytes.utf8(this.own.prefix + "a\n"), Bytes.EMPTY, 0x77, 0)));
		assertThat(failure.kind()).isEqualTo(Kind.LEASE_NOT_FOUND);
		assertThat(failure).hasMessageContaining("put of " + this.own.prefix + "a\\x0a under lease 77");
	}

	@Test
	void customizerIsAskedForEachConnection() {
		try (EtcdClient customized = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()),
				(builder) -> builder.target("ip:///127.0.0.1:1"))) {
			assertThat(Await.failure(customized.probe(this.own.range)).kind()).isEqualTo(Kind.UNAVAILABLE);
		}
	}

	private Committed commit(Write write) {
		return Await.value(this.own.client.commit(write));
	}

	private Listing list() {
		return Await.value(Lists.whole(this.own.client, this.own.range));
	}

}
