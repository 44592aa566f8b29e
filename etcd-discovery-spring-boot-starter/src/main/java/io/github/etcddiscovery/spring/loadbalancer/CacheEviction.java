package io.github.etcddiscovery.spring.loadbalancer;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.ChangeListener;
import io.github.etcddiscovery.spring.ServiceAliases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cache.Cache;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;

/**
 * Evicts a service from the cache of Spring Cloud LoadBalancer when it has changed, where
 * that cache is on, and when one of its instances is ejected or back. A lookup that had
 * read the old list may put it back afterwards, hence once more a second later. Not part
 * of the API that users write against; may change.
 */
public final class CacheEviction implements ChangeListener {

	private static final Logger log = LoggerFactory.getLogger(CacheEviction.class);

	private static final long LOOKUP_MS = 1000;

	private final Changes changes;

	private final ObjectProvider<LoadBalancerCacheManager> caches;

	private final ServiceAliases aliases;

	/**
	 * Creates the eviction; nothing happens before {@link #start()}.
	 * @param resolver core's resolver, which stays the caller's to close
	 * @param caches the manager of the cache, where the cache is on
	 * @param aliases other names that the cache may know services by
	 * @param thread where the cache is touched, which can be code of users; ends with
	 * this
	 */
	public CacheEviction(EtcdResolver resolver, ObjectProvider<LoadBalancerCacheManager> caches, ServiceAliases aliases,
			ScheduledExecutorService thread) {
		this.changes = new Changes(resolver, thread);
		this.caches = caches;
		this.aliases = aliases;
	}

	@Override
	public Changes changes() {
		return this.changes;
	}

	@Override
	public void start() {
		if (this.caches.getIfAvailable() != null) {
			this.changes.subscribe(this::changed);
		}
	}

	/**
	 * Evicts a service for which other instances are to be chosen from now on, although
	 * they are the same. Returns at once; does nothing where the cache is off.
	 * @param serviceId the service, by its name or an alias
	 */
	public void serviceChanged(String serviceId) {
		if (isRunning()) {
			this.changes.execute(() -> evictTwice(this.aliases.names(this.aliases.service(serviceId))));
		}
	}

	private void changed(ServiceSnapshot snapshot) {
		evictTwice(this.aliases.names(snapshot.service()));
	}

	private void evictTwice(List<String> names) {
		names.forEach(this::evict);
		this.changes.executeAfter(LOOKUP_MS, () -> names.forEach(this::evict));
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
		// Everything: Kotlin throws checked exceptions too.
		catch (Throwable ex) {
			log.warn("Service {} could not be evicted from the cache of Spring Cloud LoadBalancer, which may serve "
					+ "its old instances until they expire there", Bytes.utf8(name), ex);
		}
	}

}
