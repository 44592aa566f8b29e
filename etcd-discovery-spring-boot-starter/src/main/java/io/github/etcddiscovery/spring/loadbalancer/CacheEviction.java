package io.github.etcddiscovery.spring.loadbalancer;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.resolver.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cache.Cache;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;
import org.springframework.context.SmartLifecycle;

/**
 * Evicts a service from the cache of Spring Cloud LoadBalancer when it has changed, where
 * that cache is on. A lookup that had read the old list may put it back afterwards, hence
 * once more a second later. Not part of the API that users write against; may change.
 */
public final class CacheEviction implements SmartLifecycle, AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(CacheEviction.class);

	private static final long LOOKUP_SECONDS = 1;

	private final EtcdResolver resolver;

	private final ObjectProvider<LoadBalancerCacheManager> caches;

	private final Map<String, String> aliases;

	private final ScheduledExecutorService thread;

	private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

	/**
	 * Creates the eviction; nothing happens before {@link #start()}.
	 * @param resolver core's resolver, which stays the caller's to close
	 * @param caches the manager of the cache, where the cache is on
	 * @param aliases real service names by the names that the cache may know them by
	 * @param thread where the cache is touched, which can be code of users; ends with
	 * this
	 */
	public CacheEviction(EtcdResolver resolver, ObjectProvider<LoadBalancerCacheManager> caches,
			Map<String, String> aliases, ScheduledExecutorService thread) {
		this.resolver = resolver;
		this.caches = caches;
		this.aliases = Map.copyOf(aliases);
		this.thread = thread;
	}

	@Override
	public void start() {
		if (!isRunning() && this.caches.getIfAvailable() != null) {
			this.subscription.set(this.resolver.subscribeAll(this::changed));
		}
	}

	private void changed(ServiceSnapshot snapshot) {
		List<String> names = Stream.concat(Stream.of(snapshot.service()), aliasesOf(snapshot.service())).toList();
		this.thread.execute(() -> names.forEach(this::evict));
		this.thread.schedule(() -> names.forEach(this::evict), LOOKUP_SECONDS, TimeUnit.SECONDS);
	}

	private Stream<String> aliasesOf(String service) {
		return this.aliases.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().equals(service))
			.map(Map.Entry::getKey);
	}

	/** The cache can be code of users, which must not keep other names from eviction. */
	private void evict(String name) {
		try {
			LoadBalancerCacheManager manager = isRunning() ? this.caches.getIfAvailable() : null;
			Cache cache = (manager != null)
					? manager.getCache(CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME) : null;
			if (cache != null) {
				cache.evict(name);
			}
		}
		catch (RuntimeException | Error ex) {
			log.warn("Service {} could not be evicted from the cache of Spring Cloud LoadBalancer, which may serve "
					+ "its old instances until they expire there", Bytes.utf8(name), ex);
		}
	}

	@Override
	public void stop() {
		Subscription ended = this.subscription.getAndSet(null);
		if (ended != null) {
			ended.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.subscription.get() != null;
	}

	/** Before lookups begin. */
	@Override
	public int getPhase() {
		return 0;
	}

	/** A web server answers while its context is paused. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public void close() {
		stop();
		this.thread.shutdown();
	}

}
