package io.github.etcddiscovery.registry;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.test.EtcdCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The list of the keys of a lease is no linearizable read. On a real etcd nothing is put
 * or deleted upon it but by a read and a transaction.
 */
class LeaseListIT {

	private static final String GHOST = "kitex/registry-etcd/ghost/10.0.0.9:8888";

	/** So that the lease is asked for its keys all the time. */
	private static final RetryOptions OFTEN = new RetryOptions(5, Duration.ofMillis(100), Duration.ofSeconds(1),
			Duration.ofMillis(200), false);

	private final AtomicInteger lists = new AtomicInteger();

	private EtcdCluster etcd;

	private EtcdClient client;

	private EtcdRegistry registry;

	/** Is called with the keys of a lease before they are told. */
	private volatile Consumer<List<Bytes>> beforeTheListIsTold = (keys) -> {
	};

	/** Is called with a write before it is sent. */
	private volatile Consumer<Write> beforeAWriteIsSent = (write) -> {
	};

	private void start(int members) {
		this.etcd = EtcdCluster.of(members);
		int leader = (members > 1) ? this.etcd.leader() : 0;
		this.client = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoints().get(leader)));
		this.registry = EtcdRegistry.create(meddlingWith(this.client), RegistryOptions.defaults().withRetry(OFTEN));
	}

	@AfterEach
	void close() {
		this.registry.close();
		this.client.close();
		this.etcd.close();
	}

	@Test
	void aSuccessorThatTakesTheKeyBeforeItIsReadIsUntouched() {
		start(1);
		registered(instance(1));
		this.beforeTheListIsTold = (keys) -> {
			if (keys.contains(Bytes.utf8(GHOST))) {
				takeOver();
			}
		};
		ghost();
		assertTheSuccessorStands();
	}

	@Test
	void aSuccessorThatTakesTheKeyBetweenReadAndDeleteIsUntouched() {
		start(1);
		registered(instance(1));
		AtomicInteger deletes = new AtomicInteger();
		this.beforeAWriteIsSent = (write) -> {
			if (write instanceof Write.Delete && write.key().equals(Bytes.utf8(GHOST))
					&& deletes.incrementAndGet() == 1) {
				takeOver();
			}
		};
		ghost();
		assertTheSuccessorStands();
		assertThat(deletes).as("one that was lost").hasValue(1);
	}

	@Test
	void keysThatArePutAndDeletedAroundTheQuestionAreNotJudgedByIt() {
		start(1);
		Registration staying = registered(instance(1));
		Entry before = entry(instance(1));
		for (int round = 0; round < 40; round++) {
			int asked = this.lists.get();
			Registration coming = registered(instance(2));
			assertThat(this.etcd.get(key(instance(2)))).as("round %s", round).isPresent();
			if (round % 8 == 0) {
				await().atMost(Duration.ofSeconds(10)).until(() -> this.lists.get() > asked);
				assertThat(this.etcd.get(key(instance(2)))).as("round %s, after a list", round).isPresent();
			}
			coming.close();
			assertThat(this.etcd.get(key(instance(2)))).as("round %s", round).isEmpty();
		}
		assertThat(staying.state()).isEqualTo(RegistrationState.REGISTERED);
		assertThat(entry(instance(1))).as("never written again").isEqualTo(before);
	}

	@Tag("long")
	@Test
	void whatALeaderWithoutQuorumSaysOfTheLeaseChangesNothing() {
		start(3);
		int leader = this.etcd.leader();
		Registration staying = registered(instance(1));
		Entry before = entry(instance(1));
		for (int round = 0; round < 3; round++) {
			Registration leaving = registered(instance(2));
			this.etcd.freeze((leader + 1) % 3, (leader + 2) % 3);
			RegistryRig.leave(leaving);
			Registration coming = this.registry.register(instance(3));
			int asked = this.lists.get();
			await().atMost(Duration.ofSeconds(20)).until(() -> this.lists.get() > asked + 1);
			this.etcd.unfreeze((leader + 1) % 3, (leader + 2) % 3);

			await().atMost(Duration.ofSeconds(30))
				.until(() -> coming.state() == RegistrationState.REGISTERED
						&& staying.state() == RegistrationState.REGISTERED
						&& this.etcd.get(key(instance(2))).isEmpty());
			assertThat(this.etcd.get(key(instance(3)))).isPresent();
			assertThat(entry(instance(1))).as("never written again").isEqualTo(before);
			coming.close();
		}
	}

	private void ghost() {
		this.etcd.etcdctl("put", "--lease=" + Long.toHexString(this.registry.lease().id()), GHOST, "ghost");
	}

	private void takeOver() {
		long lease = this.client.grant(Duration.ofMinutes(5)).join().id();
		this.etcd.etcdctl("put", "--lease=" + Long.toHexString(lease), GHOST, "successor");
	}

	private void assertTheSuccessorStands() {
		await().atMost(Duration.ofSeconds(10)).until(() -> this.etcd.get(GHOST).orElse("").equals("successor"));
		int asked = this.lists.get();
		await().atMost(Duration.ofSeconds(10)).until(() -> this.lists.get() > asked + 3);
		assertThat(this.etcd.get(GHOST)).hasValue("successor");
	}

	private Registration registered(Instance instance) {
		Registration registration = this.registry.register(instance);
		assertThat(registration.whenRegistered().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
		return registration;
	}

	private Entry entry(Instance instance) {
		return this.client.read(List.of(Bytes.utf8(key(instance)))).join().entries().get(0);
	}

	private static Instance instance(int number) {
		return Instance.of("echo", "10.0.0." + number, 8888);
	}

	private static String key(Instance instance) {
		return "kitex/registry-etcd/echo/" + instance.address();
	}

	/** The client, but for what is to happen at the worst moment. */
	private EtcdClient meddlingWith(EtcdClient real) {
		return (EtcdClient) Proxy.newProxyInstance(EtcdClient.class.getClassLoader(),
				new Class<?>[] { EtcdClient.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("commit")) {
						return CompletableFuture
							.runAsync(() -> this.beforeAWriteIsSent.accept((Write) arguments[0]), OWN_THREADS)
							.thenCompose((done) -> real.commit((Write) arguments[0]));
					}
					if (method.getName().equals("leaseKeys")) {
						return real.leaseKeys((Long) arguments[0]).thenApplyAsync((answer) -> {
							this.beforeTheListIsTold.accept(answer.keys());
							this.lists.incrementAndGet();
							return answer;
						}, OWN_THREADS);
					}
					try {
						return method.invoke(real, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

}
