package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.test.EtcdAuth;
import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A stream keeps the token it was opened with, and etcd forgets tokens after 3 s. */
class StreamTokenIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension
		.of(EtcdSettings.defaults().withRootPassword("root").withFlag("auth-token-ttl", "3"));

	private final WatchTraffic traffic = new WatchTraffic();

	private final EtcdClient client = EtcdClient.connect(
			EtcdClientSettings.of(etcd.endpoint()).withCredentials(() -> new Credentials("app", "app-s3cret")),
			(builder) -> builder.interceptor(this.traffic));

	private final Watches watches = this.client.watches(Runnable::run);

	private final List<Recorder> recorders = new ArrayList<>();

	@BeforeAll
	static void addUser() {
		EtcdAuth auth = etcd.cluster().auth();
		auth.addRole("app");
		auth.grantPrefix("app", Access.READWRITE, "token/");
		auth.addUser("app", "app-s3cret", "app");
	}

	@BeforeEach
	void connect() {
		Await.value(this.client.probe(range(0)));
	}

	@AfterEach
	void close() {
		this.watches.close();
		this.client.close();
	}

	@Test
	@Tag("long")
	void aWatchThatTheTokenOfTheStreamIsTooOldForGetsAnotherStreamAndEndsNoOther() {
		watch();
		watchAll(3, Duration.ofSeconds(4));
		assertAllGoOn();
		assertThat(this.traffic.streams.get()).isBetween(2, 3);
	}

	@Test
	@Tag("long")
	void fiftyServicesThatAreAskedForOneAfterTheOtherAreWatchedWithoutABreak() {
		watchAll(50, Duration.ofSeconds(30).dividedBy(50));
		assertAllGoOn();
	}

	@Test
	@Tag("long")
	void watchesThatAreRefusedTogetherShareTheNextStreamAndAForbiddenOneEndsAlone() {
		watch();
		pass(Duration.ofSeconds(4));
		Recorder forbidden = new Recorder();
		IntStream.range(0, 50).forEach((i) -> this.recorders.add(new Recorder()));
		for (int i = 1; i <= 50; i++) {
			this.watches.watch(range(i), 0, this.recorders.get(i));
			if (i == 25) {
				this.watches.watch(KeyRange.prefix(Bytes.utf8("forbidden/")), 0, forbidden);
			}
		}
		this.recorders.subList(1, 51).forEach((recorder) -> recorder.next(Recorder.Confirmed.class));
		assertThat(forbidden.next(Recorder.Ended.class).cause()).hasMessageContaining("permission denied");
		assertAllGoOn();
		assertThat(this.traffic.streams.get()).isEqualTo(2);
	}

	private void watchAll(int count, Duration pause) {
		for (int i = 0; i < count; i++) {
			watch();
			pass(pause);
		}
	}

	private void watch() {
		Recorder recorder = new Recorder();
		long start = System.nanoTime();
		this.watches.watch(range(this.recorders.size()), 0, recorder);
		recorder.next(Recorder.Confirmed.class);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
		this.recorders.add(recorder);
	}

	private static KeyRange range(int i) {
		return KeyRange.prefix(Bytes.utf8("token/" + i + "/"));
	}

	private void assertAllGoOn() {
		for (int i = 0; i < this.recorders.size(); i++) {
			etcd.put("token/" + i + "/a", "1");
			this.recorders.get(i).next(Recorder.Changed.class);
			assertThat(this.recorders.get(i).rest()).isEmpty();
		}
	}

	private static void pass(Duration duration) {
		long end = System.nanoTime() + duration.toNanos();
		await().atMost(Duration.ofSeconds(20))
			.pollInterval(FixedPollInterval.fixed(Duration.ofMillis(50)))
			.until(() -> System.nanoTime() > end);
	}

}
