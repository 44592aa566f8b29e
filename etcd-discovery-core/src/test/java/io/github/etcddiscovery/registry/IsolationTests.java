package io.github.etcddiscovery.registry;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import com.google.common.util.concurrent.ForwardingExecutorService;
import com.google.common.util.concurrent.MoreExecutors;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.registry.Transactions.Found;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What fails at one key fails at no other, and news of a key are looked at whenever they
 * come.
 */
class IsolationTests {

	@Test
	void whoCannotBeToldYetKeepsNewsFromNoKeyAndIsToldOnceThereIsAThread() {
		AtomicInteger failing = new AtomicInteger(1_000);
		RegistryRig rig = RegistryRig.on(Workers.on(new ForwardingExecutorService() {

			@Override
			protected ExecutorService delegate() {
				return MoreExecutors.newDirectExecutorService();
			}

			@Override
			public void execute(Runnable task) {
				if (failing.getAndDecrement() > 0) {
					throw new OutOfMemoryError("unable to create native thread");
				}
				super.execute(task);
			}

		}));
		List<Registration> both = List.of(rig.registry.register(RegistryRig.ECHO),
				rig.registry.register(Instance.of("other", "10.0.0.6", 8888)));
		rig.run();
		assertThat(both).allMatch((one) -> one.state() == RegistrationState.REGISTERED).noneMatch(IsolationTests::told);
		failing.set(1);
		rig.advanceSeconds(2.1);
		assertThat(both).allMatch(IsolationTests::told);
	}

	private static boolean told(Registration registration) {
		return registration.whenRegistered().toCompletableFuture().isDone();
	}

	@Test
	void anOlderEventThanOneThatIsKnownOfAnUnknownKeyEndsItsRead() {
		RegistryRig rig = new RegistryRig();
		Reconciler reconciler = rig.reconciler();
		reconciler.leases.ask();
		rig.run();
		Key key = new Key(Bytes.utf8(RegistryRig.KEY), reconciler);
		key.unknown();
		key.reconcile();
		key.onEvent(new Found(12, null));
		long ours = rig.etcd.leases().iterator().next();
		key.onEvent(new Found(11, new Entry(key.bytes, Bytes.utf8("ours"), ours, 11)));
		assertThat(rig.etcd.watchFaults().count()).as("watches of what is forgotten").isZero();
	}

}
