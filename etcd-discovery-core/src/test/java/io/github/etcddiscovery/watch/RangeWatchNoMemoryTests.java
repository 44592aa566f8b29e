package io.github.etcddiscovery.watch;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.model.ModelEtcd;
import io.github.etcddiscovery.retry.RetryOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where there is no memory just when an attempt ends, another one follows all the same.
 */
class RangeWatchNoMemoryTests {

	private final ManualScheduler scheduler = new ManualScheduler();

	private final ModelEtcd etcd = new ModelEtcd(this.scheduler);

	private final RecordedRange range = new RecordedRange();

	private final RangeWatch watch = new RangeWatches(lacking(EtcdClient.class, this.etcd.connect()),
			new EventLoop(lacking(ScheduledExecutorService.class, this.scheduler.executor()), this.scheduler::now),
			RetryOptions.defaults(), this.range, new SplittableRandom(7))
		.watch(RangeWatchRig.RANGE, this.range);

	/** The method for which there is no memory, the next time it is called. */
	private String lacking = "";

	@ParameterizedTest
	@ValueSource(strings = { "schedule", "close", "list", "watch" })
	void theRangeIsFollowedAgain(String lacking) {
		this.watch.start();
		this.scheduler.runReady();
		assertThat(this.range.confirmed).isTrue();
		this.lacking = lacking;
		this.etcd.cutStreams(Kind.UNAVAILABLE);
		this.scheduler.runReady();
		assertThat(this.range.confirmed).isFalse();
		this.etcd.put("a/1", "x");
		this.scheduler.advance(Duration.ofSeconds(2));
		assertThat(this.lacking).isEmpty();
		assertThat(this.range.confirmed).isTrue();
		assertThat(this.range.map).containsOnlyKeys("a/1");
		assertThat(this.etcd.watches()).isEqualTo(1);
	}

	private <T> T lacking(Class<T> type, T target) {
		return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> {
					if (method.getName().equals(this.lacking)) {
						this.lacking = "";
						throw new OutOfMemoryError("of a test");
					}
					try {
						return lackingToo(method.invoke(target, arguments));
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				}));
	}

	private Object lackingToo(Object result) {
		if (result instanceof Watches watches) {
			return lacking(Watches.class, watches);
		}
		return (result instanceof Watch watch) ? lacking(Watch.class, watch) : result;
	}

}
