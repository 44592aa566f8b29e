package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.model.LateRequests;
import io.github.etcddiscovery.registry.WatchedKeys.KeyEvent;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A put reaches a real etcd long after its deadline, when nobody wants it any more. */
class LatePutIT {

	/** What a loaded machine may take longer. */
	private static final Duration LOADED = Duration.ofSeconds(2);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final String service = "echo-" + UUID.randomUUID();

	private final WatchedKeys watched = new WatchedKeys(etcd, "kitex/registry-etcd/" + this.service + "/");

	private final LateRequests late = new LateRequests();

	private final EtcdClient client = EtcdClient.connect(
			EtcdClientSettings.of(etcd.endpoint()).withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(1)),
			(builder) -> builder.interceptor(this.late));

	private final EtcdRegistry registry = EtcdRegistry.create(this.client, RegistryOptions.defaults());

	private final Registration staying = this.registry.register(instance(1));

	@AfterEach
	void close() {
		this.registry.close();
		this.client.close();
		this.watched.close();
	}

	@Test
	void ofAClosedRegistrationItIsDeletedAsSoonAsItIsApplied() {
		assertThat(this.staying.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
		this.late.holdTheNextWrite();
		closeWhileThePutIsHeld();
		assertThat(this.watched.eventsOf(key(2))).isEmpty();
		this.late.release();
		isDeletedAsSoonAsItIsApplied();
	}

	@Test
	void ofAClosedRegistrationThatTookAKeyOverToo() {
		assertThat(this.staying.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
		etcd.etcdctl("put", key(2), "of somebody else");
		within(Duration.ofSeconds(1), () -> this.watched.eventsOf(key(2)).size() == 1);
		this.late.holdTheWriteAfterTheNext();
		closeWhileThePutIsHeld();
		assertThat(this.watched.eventsOf(key(2))).hasSize(1);
		this.late.release();
		isDeletedAsSoonAsItIsApplied();
	}

	private void closeWhileThePutIsHeld() {
		Registration leaving = this.registry.register(instance(2));
		within(Duration.ofSeconds(1), this.late::holdsOne);
		leaving.close();
		within(Duration.ofSeconds(3), () -> this.registry.registrations().equals(List.of(this.staying)));
	}

	private void isDeletedAsSoonAsItIsApplied() {
		within(Duration.ofSeconds(1), () -> !this.watched.deletions().isEmpty());
		List<KeyEvent> events = this.watched.eventsOf(key(2));
		KeyEvent deleted = events.get(events.size() - 1);
		KeyEvent applied = events.get(events.size() - 2);
		assertThat(applied.put()).isTrue();
		assertThat(deleted.put()).isFalse();
		assertThat(deleted.since(applied)).isLessThan(Duration.ofSeconds(1).plus(LOADED));
		assertThat(this.watched.eventsOf(key(1))).hasSize(1);
	}

	private Instance instance(int number) {
		return Instance.of(this.service, "10.0.0." + number, 8888);
	}

	private String key(int number) {
		return "kitex/registry-etcd/" + this.service + "/" + instance(number).address();
	}

	private static void within(Duration duration, Callable<Boolean> condition) {
		await().atMost(duration.plus(LOADED)).pollInterval(Duration.ofMillis(10)).until(condition);
	}

}
