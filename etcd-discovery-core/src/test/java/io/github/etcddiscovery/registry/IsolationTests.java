package io.github.etcddiscovery.registry;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.google.common.util.concurrent.ForwardingExecutorService;
import com.google.common.util.concurrent.MoreExecutors;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.registry.Transactions.Found;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What fails at one key fails at no other, and news of a key are looked at whenever they
 * come.
 */
class IsolationTests {

	@Test
	void whoWaitsForOneKeyAndCannotBeToldKeepsNewsFromNoOther() {
		AtomicInteger failing = new AtomicInteger(1);
		RegistryRig rig = RegistryRig.on(Workers.on(new ForwardingExecutorService() {

			@Override
			protected java.util.concurrent.ExecutorService delegate() {
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
		rig.etcd.withhold(Call.COMMIT, 2);
		List<Registration> both = List.of(rig.registry.register(RegistryRig.ECHO),
				rig.registry.register(Instance.of("other", "10.0.0.6", 8888)));
		rig.advanceSeconds(4);
		assertThat(both).allMatch((one) -> one.state() == RegistrationState.REGISTERED);
		assertThat(failing).as("one could not be told").hasNonPositiveValue();
		rig.advanceSeconds(30);
		assertThat(both).allMatch((one) -> one.whenRegistered().toCompletableFuture().isDone());
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
