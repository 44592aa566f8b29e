package io.github.etcddiscovery.model;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Lease;

/**
 * Leases and their end. Times are nanoseconds of the scheduler's clock.
 */
final class Leases {

	/** What an etcd with the default election timeout grants at least. */
	static final Duration LEAST_TTL = Duration.ofSeconds(2);

	private final TreeMap<Long, Term> terms = new TreeMap<>();

	private long lastId = 0x1000;

	Lease grant(Duration wanted, long now) {
		Duration whole = wanted.plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS);
		Duration ttl = (whole.compareTo(LEAST_TTL) < 0) ? LEAST_TTL : whole;
		long id = ++this.lastId;
		this.terms.put(id, new Term(ttl, now + ttl.toNanos()));
		return new Lease(id, ttl);
	}

	Duration renew(long id, long now) {
		Term term = require(id);
		if (term.end() <= now) {
			throw notFound(id);
		}
		this.terms.put(id, new Term(term.ttl(), now + term.ttl().toNanos()));
		return term.ttl();
	}

	Duration timeToLive(long id, long now) {
		Term term = this.terms.get(id);
		return (term != null) ? Duration.ofSeconds(Duration.ofNanos(term.end() - now).toSeconds())
				: Duration.ofSeconds(-1);
	}

	Duration grantedTtl(long id) {
		Term term = this.terms.get(id);
		return (term != null) ? term.ttl() : Duration.ZERO;
	}

	Term require(long id) {
		Term term = this.terms.get(id);
		if (term == null) {
			throw notFound(id);
		}
		return term;
	}

	boolean remove(long id) {
		return this.terms.remove(id) != null;
	}

	List<Long> ended(long now) {
		List<Long> ended = new ArrayList<>();
		this.terms.forEach((id, term) -> {
			if (term.end() <= now) {
				ended.add(id);
			}
		});
		return ended;
	}

	/** A member that starts gives every lease its full time again. */
	void startAnew(long now) {
		this.terms.replaceAll((id, term) -> new Term(term.ttl(), now + term.ttl().toNanos()));
	}

	void startFrom(Leases before) {
		this.lastId = before.lastId;
	}

	Leases copy() {
		Leases copy = new Leases();
		copy.terms.putAll(this.terms);
		copy.lastId = this.lastId;
		return copy;
	}

	Set<Long> ids() {
		return Set.copyOf(this.terms.keySet());
	}

	private static EtcdDiscoveryException notFound(long id) {
		return new ModelFailure(Kind.LEASE_NOT_FOUND, "lease " + Long.toHexString(id) + " not found");
	}

	record Term(Duration ttl, long end) {

	}

}
