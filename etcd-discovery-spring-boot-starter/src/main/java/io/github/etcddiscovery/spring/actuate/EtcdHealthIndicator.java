package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.LeaseStatus;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.registry.RegistrationState;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.LayoutStatus;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * DOWN where somebody has to act: etcd refuses us, another process has our key, attempts
 * are given up, or we are out of the registry for long although etcd answers. An etcd
 * that is away is UP with {@code reachable=false}: many balancers probe the root health,
 * and an outage of etcd must not take a fleet down. Answers within about a second.
 */
public final class EtcdHealthIndicator extends AbstractHealthIndicator {

	private final Reachability reachability;

	private final @Nullable EtcdRegistry registry;

	private final @Nullable EtcdResolver resolver;

	private final OutOfRegistry outOfRegistry;

	private final Tolerance tolerance;

	/**
	 * Creates the indicator.
	 * @param client is probed
	 * @param range a range that we may read
	 * @param registry what is registered, or null where nothing can be
	 * @param resolver what is known, or null where nothing is discovered
	 * @param outOfRegistry knows since when we are out
	 * @param tolerance what is still UP
	 */
	public EtcdHealthIndicator(EtcdClient client, KeyRange range, @Nullable EtcdRegistry registry,
			@Nullable EtcdResolver resolver, OutOfRegistry outOfRegistry, Tolerance tolerance) {
		super("The health of the etcd registration could not be told");
		this.reachability = new Reachability(client, range);
		this.registry = registry;
		this.resolver = resolver;
		this.outOfRegistry = outOfRegistry;
		this.tolerance = tolerance;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Set<RegistrationState> states = states();
		boolean reachable = this.reachability.check();
		if (!reachable) {
			// Or all that were out together would be DOWN together when the outage ends.
			this.outOfRegistry.notAnswered();
		}
		builder.withDetail("registration", states.isEmpty() ? "none" : Collections.min(states).name());
		LeaseStatus lease = (this.registry != null) ? this.registry.lease() : null;
		builder.status(down(states, (lease != null) ? lease.ttl() : this.tolerance.ttl()) ? "DOWN" : "UP");
		builder.withDetail("lease", (lease != null) ? Long.toHexString(lease.id()) : "none");
		builder.withDetail("services", (this.resolver != null) ? services(this.resolver.snapshots()) : 0);
		builder.withDetail("reachable", reachable);
		Duration stale = (this.resolver != null) ? this.resolver.staleFor() : Duration.ZERO;
		builder.withDetail("stale", !stale.isZero());
		builder.withDetail("staleFor", Duration.ofMillis(stale.toMillis()).toString());
		if (this.resolver != null) {
			Map<String, String> problems = problems(this.resolver);
			if (!problems.isEmpty()) {
				builder.withDetail("problems", problems);
			}
			Map<String, Integer> heldBack = this.resolver.heldBack();
			if (!heldBack.isEmpty()) {
				builder.withDetail("heldBack", new TreeMap<>(heldBack));
			}
		}
	}

	/**
	 * Why layouts are not followed. That is UP like every trouble of callers: what they
	 * knew goes on being served, and a balancer that took this application out would add
	 * to the damage.
	 */
	private static Map<String, String> problems(EtcdResolver resolver) {
		Map<String, String> problems = new LinkedHashMap<>();
		for (LayoutStatus layout : resolver.layouts()) {
			EtcdDiscoveryException problem = layout.problem();
			if (problem != null) {
				problems.put(layout.layout().toString(), String.valueOf(problem.getMessage()));
			}
		}
		return problems;
	}

	private Set<RegistrationState> states() {
		if (this.registry == null) {
			return Collections.emptySet();
		}
		return this.registry.registrations()
			.stream()
			.map(Registration::state)
			.collect(Collectors.toCollection(() -> EnumSet.noneOf(RegistrationState.class)));
	}

	private boolean down(Set<RegistrationState> states, Duration ttl) {
		return states.contains(RegistrationState.CONFLICT) || states.contains(RegistrationState.DENIED)
				|| (states.contains(RegistrationState.FAILED) && this.tolerance.failedIsFinal())
				|| this.outOfRegistry.longest().compareTo(ttl.multipliedBy(2)) > 0;
	}

	private static long services(Collection<ServiceSnapshot> snapshots) {
		return snapshots.stream().filter((snapshot) -> !snapshot.instances().isEmpty()).count();
	}

	/**
	 * What is still UP.
	 *
	 * @param ttl half of how long we may be out of the registry while etcd answers, where
	 * there is no lease that tells
	 * @param failedIsFinal whether FAILED means that attempts are given up
	 */
	public record Tolerance(Duration ttl, boolean failedIsFinal) {

	}

}
