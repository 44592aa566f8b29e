package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Signed tokens (JWT), which end after a fixed time, used or not. */
class TokenExpiryIT {

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("jwt/"));

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension
		.of(EtcdSettings.defaults().withRootPassword("root").withSignedTokens(Duration.ofSeconds(2)));

	@Test
	@Tag("long")
	void leaseIsRenewedPastTheEndOfManyTokens() {
		try (EtcdClient client = connect()) {
			Lease lease = Await.value(client.grant(Duration.ofSeconds(5)));
			assertThat(Await.value(client.commit(new Write.Put(Bytes.utf8("jwt/a"), Bytes.EMPTY, lease.id(), 0)))
				.applied()).isTrue();
			long end = System.nanoTime() + Duration.ofSeconds(9).toNanos();
			await().atMost(Duration.ofSeconds(20))
				.pollInterval(FixedPollInterval.fixed(Duration.ofMillis(700)))
				.until(() -> {
					Await.value(client.renew(lease.id(), Duration.ofSeconds(1)));
					return System.nanoTime() > end;
				});
			assertThat(etcd.get("jwt/a")).isPresent();
		}
	}

	@Test
	void watchIsOpenedPastTheEndOfTheToken() {
		try (EtcdClient client = connect()) {
			Await.value(client.probe(RANGE));
			passTheEndOfTheToken();
			watch(client);
		}
	}

	@Test
	void watchGoesOnPastTheEndOfItsToken() {
		try (EtcdClient client = connect()) {
			Recorder recorder = watch(client);
			passTheEndOfTheToken();
			etcd.put("jwt/b", "1");
			recorder.next(Recorder.Changed.class);
		}
	}

	private static Recorder watch(EtcdClient client) {
		Recorder recorder = new Recorder();
		client.watches(Runnable::run).watch(RANGE, etcd.revision() + 1, recorder);
		recorder.next(Recorder.Confirmed.class);
		return recorder;
	}

	private static void passTheEndOfTheToken() {
		long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
		await().atMost(Duration.ofSeconds(20)).until(() -> System.nanoTime() > end);
	}

	private static EtcdClient connect() {
		return EtcdClient
			.connect(EtcdClientSettings.of(etcd.endpoint()).withCredentials(() -> new Credentials("root", "root")));
	}

}
