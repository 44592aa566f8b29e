package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.ModelEtcd;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ResolverCloseTests {

	private final Rig rig = new Rig();

	@Test
	void lookupsAnswerWithWhatWasKnownLast() {
		this.rig.put(instance("a", 1));
		EtcdResolver resolver = this.rig.started();
		List<Instance> list = resolver.instances("a");
		resolver.close();
		resolver.close();
		this.rig.run();
		this.rig.put(instance("a", 2));
		this.rig.advance(Duration.ofMinutes(10));
		assertThat(resolver.instances("a")).isSameAs(list);
		assertThat(resolver.services()).containsExactly("a");
		assertThat(resolver.instances("nobody")).isEmpty();
		assertThat(resolver.whenRead("nobody").toCompletableFuture()).isDone();
		assertThat(resolver.whenServices().toCompletableFuture()).isCompletedWithValue(List.of("a"));
	}

	@Test
	void noStreamAndNoTimerIsLeftWheneverItHappens() {
		for (int i = 0; i < 60; i++) {
			Rig each = new Rig();
			int before = each.scheduler.pending();
			Scope scope = (i % 2 == 0) ? Scope.PREFIX : Scope.SERVICE;
			UnaryOperator<ResolverOptions> timing = Rig.timing(Duration.ofSeconds(3), Duration.ofSeconds(7),
					Duration.ofSeconds(9));
			EtcdResolver resolver = each.start((options) -> timing.apply(options).withScope(scope));
			resolver.whenRead("a");
			resolver.whenServices();
			if (i % 5 == 4) {
				each.etcd.down();
			}
			each.advance(Duration.ofMillis(i * 333L));
			resolver.whenRead("b");
			resolver.close();
			each.advance(Duration.ofSeconds(10));
			assertThat(each.etcd.watches()).isZero();
			assertThat(each.scheduler.pending()).isEqualTo(before);
			int calls = each.etcd.calls(Call.LIST);
			resolver.snapshot("c");
			each.advance(Duration.ofMinutes(1));
			assertThat(each.etcd.calls(Call.LIST)).isEqualTo(calls);
		}
	}

	@Test
	void afterCloseEndlessNamesLeaveNothingBehind() {
		EtcdResolver resolver = this.rig.start((options) -> options.withScope(Scope.SERVICE));
		resolver.close();
		this.rig.run();
		for (int i = 0; i < 100; i++) {
			assertThat(resolver.await("s" + i).state()).isEqualTo(State.UNREAD);
		}
		assertThat(resolver.snapshots()).isEmpty();
	}

	@Test
	void noThreadIsLeft() {
		ManualScheduler scheduler = new ManualScheduler();
		ModelEtcd etcd = new ModelEtcd(scheduler);
		etcd.down();
		for (int i = 0; i < 100; i++) {
			EtcdResolver resolver = EtcdResolver.create(etcd.connect(), ResolverOptions.defaults());
			resolver.subscribeAll((snapshot) -> {
			});
			resolver.whenRead("a");
			resolver.close();
		}
		await().atMost(Duration.ofSeconds(10)).until(() -> threads().isEmpty());
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("etcd-resolver"))
			.toList();
	}

}
