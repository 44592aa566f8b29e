package io.github.etcddiscovery.spring.loadbalancer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.EmptyRegistry;
import io.github.etcddiscovery.spring.ServiceAliases;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.cache.concurrent.ConcurrentMapCache;
import org.springframework.cache.support.SimpleCacheManager;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

class CacheEvictionIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private final Cache cache = new Cache();

	private final ScheduledExecutorService thread = Executors
		.newSingleThreadScheduledExecutor((task) -> new Thread(task, "eviction"));

	private final EmptyRegistry registry = new EmptyRegistry(etcd);

	private final EtcdResolver resolver = this.registry.resolver();

	@AfterEach
	void close() {
		this.thread.shutdownNow();
		this.registry.close();
	}

	@Test
	void aChangeEvictsTheServiceTwiceBecauseALookupMayPutTheOldListBack() {
		CacheEviction eviction = eviction(Map.of());
		eviction.start();
		long begun = System.nanoTime();
		TestApplication.put(etcd, "echo", 1, 10);
		await(() -> this.cache.evicted.equals(List.of("echo", "echo")));
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(900));
		eviction.stop();
	}

	@Test
	void aliasesAreEvictedWithTheirService() {
		CacheEviction eviction = eviction(Map.of("music-user", "music_user", "other", "else"));
		eviction.start();
		TestApplication.put(etcd, "music_user", 1, 10);
		await(() -> this.cache.evicted.containsAll(List.of("music_user", "music-user")));
		assertThat(this.cache.evicted).doesNotContain("other", "else");
		eviction.stop();
	}

	@Test
	void aNameThatCannotBeEvictedKeepsNoOtherFromIt() {
		CacheEviction eviction = eviction(Map.of("music-user", "music_user"));
		this.cache.broken = "music_user";
		eviction.start();
		TestApplication.put(etcd, "music_user", 1, 10);
		await(() -> this.cache.evicted.equals(List.of("music-user", "music-user")));
		eviction.stop();
	}

	@Test
	void nothingIsEvictedAfterTheStop() {
		CacheEviction eviction = eviction(Map.of());
		eviction.start();
		TestApplication.put(etcd, "echo", 1, 10);
		await(() -> this.cache.evicted.size() == 1);
		eviction.stop();
		Awaitility.await()
			.during(Duration.ofMillis(1500))
			.atMost(Duration.ofSeconds(5))
			.until(() -> this.cache.evicted.size() == 1);
		assertThat(eviction.isRunning()).isFalse();
	}

	@Test
	void theCacheIsTouchedByAThreadOfItsOwnThatEndsWithIt() {
		CacheEviction eviction = eviction(Map.of());
		eviction.start();
		TestApplication.put(etcd, "echo", 1, 10);
		await(() -> this.cache.evicted.size() == 2);
		assertThat(this.cache.threads).hasSize(2)
			.allSatisfy((thread) -> assertThat(thread.getName()).isEqualTo("eviction"));
		eviction.close();
		await(() -> this.cache.threads.stream().noneMatch(Thread::isAlive));
	}

	/** A web server answers while its context is paused. */
	@Test
	void whatChangesWhileTheContextIsPausedIsEvictedThen() {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.registerBean(CacheEviction.class, () -> eviction(Map.of()));
			context.refresh();
			context.pause();
			TestApplication.put(etcd, "echo", 1, 10);
			await(() -> !this.cache.evicted.isEmpty());
		}
	}

	@Test
	void withoutACacheThereIsNothingToDo() {
		CacheEviction eviction = new CacheEviction(this.resolver,
				new StaticListableBeanFactory().getBeanProvider(LoadBalancerCacheManager.class),
				new ServiceAliases(Map.of()), this.thread);
		eviction.start();
		assertThat(eviction.isRunning()).isFalse();
		eviction.stop();
	}

	private CacheEviction eviction(Map<String, String> aliases) {
		return new CacheEviction(this.resolver, provider(), new ServiceAliases(aliases), this.thread);
	}

	private ObjectProvider<LoadBalancerCacheManager> provider() {
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		Manager manager = new Manager();
		manager.setCaches(List.of(this.cache));
		manager.initializeCaches();
		beans.addBean("manager", manager);
		return beans.getBeanProvider(LoadBalancerCacheManager.class);
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(condition);
	}

	private static final class Manager extends SimpleCacheManager implements LoadBalancerCacheManager {

	}

	private static final class Cache extends ConcurrentMapCache {

		final List<Object> evicted = new CopyOnWriteArrayList<>();

		final List<Thread> threads = new CopyOnWriteArrayList<>();

		volatile String broken = "";

		Cache() {
			super(CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME);
		}

		@Override
		public void evict(Object key) {
			this.threads.add(Thread.currentThread());
			if (key.equals(this.broken)) {
				throw new IllegalStateException("broken on purpose");
			}
			this.evicted.add(key);
			super.evict(key);
		}

	}

}
