package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Three members with authentication, one or two of them no good. */
class ClusterIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension
		.of(EtcdSettings.defaults().withMembers(3).withRootPassword("root-s3cret"));

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("cluster/"));

	private EtcdClient client;

	@BeforeEach
	void connect() {
		this.client = EtcdClient.connect(
				EtcdClientSettings.of(etcd.endpoints()).withCredentials(() -> new Credentials("root", "root-s3cret")));
	}

	@AfterEach
	void close() {
		this.client.close();
		etcd.cluster().unfreeze();
		etcd.cluster().start();
	}

	@Test
	void tokenOfOneMemberIsUsedWithAllOthersAtOnce() {
		for (int i = 0; i < 10; i++) {
			this.client.close();
			connect();
			for (int j = 0; j < 6; j++) {
				Await.value(this.client.grant(Duration.ofSeconds(5)));
			}
		}
	}

	@Test
	void deathOfAMemberThatDoesNotLeadFailsHardlyACall() {
		Await.value(this.client.probe(RANGE));
		int follower = (etcd.cluster().leader() + 1) % 3;
		etcd.cluster().kill(follower);
		AtomicInteger failures = new AtomicInteger();
		for (int i = 0; i < 60; i++) {
			if (this.client.probe(RANGE).handle((revision, error) -> error).join() != null) {
				failures.incrementAndGet();
			}
		}
		assertThat(failures).hasValueLessThan(3);
	}

	@Test
	void restartedMemberThatForgotOurTokenIsUsedAgain() {
		Await.value(this.client.probe(RANGE));
		int follower = (etcd.cluster().leader() + 1) % 3;
		etcd.cluster().restart(follower);
		for (int i = 0; i < 30; i++) {
			Await.value(this.client.probe(RANGE));
		}
	}

	@Test
	void frozenMemberCostsSomeCallsTheirDeadlineAndThenNone() {
		Lease lease = Await.value(this.client.grant(Duration.ofSeconds(30)));
		int follower = (etcd.cluster().leader() + 1) % 3;
		etcd.cluster().freeze(follower);
		AtomicInteger successes = new AtomicInteger();
		await().atMost(Duration.ofSeconds(30))
			.pollInterval(FixedPollInterval.fixed(Duration.ofMillis(300)))
			.until(() -> {
				Throwable error = this.client.renew(lease.id(), Duration.ofSeconds(1))
					.handle((ttl, failure) -> failure)
					.join();
				return ((error == null) ? successes.incrementAndGet() : successes.getAndSet(0)) >= 12;
			});
	}

	/**
	 * etcd's naming reads what such a member has, and its watch stays there in silence.
	 */
	@Tag("long")
	@Test
	void n2AndN8AMemberWithoutALeaderAnswersNoReadAndEndsItsWatches() {
		Recorder recorder = new Recorder();
		int survivor = etcd.cluster().leader();
		try (EtcdClient minority = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoints().get(survivor))
			.withCredentials(() -> new Credentials("root", "root-s3cret")))) {
			minority.watches(Runnable::run).watch(RANGE, 1, recorder);
			recorder.next(Recorder.Confirmed.class);
			etcd.cluster().kill((survivor + 1) % 3, (survivor + 2) % 3);
			assertThat(recorder.next(Recorder.Ended.class).cause()).hasMessageContaining("no leader")
				.extracting("kind")
				.isEqualTo(Kind.UNAVAILABLE);
			assertThat(Await.failure(minority.probe(RANGE)).kind()).isEqualTo(Kind.UNAVAILABLE);
			assertThat(Await.failure(Lists.whole(minority, RANGE)).kind()).isEqualTo(Kind.UNAVAILABLE);
		}
	}

}
