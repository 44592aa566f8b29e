package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.KeyStatus;
import io.github.etcddiscovery.registry.LeaseStatus;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.LayoutStatus;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.actuate.DiscoveryReport.EjectedReport;
import io.github.etcddiscovery.spring.actuate.DiscoveryReport.InstanceReport;
import io.github.etcddiscovery.spring.actuate.DiscoveryReport.KeyReport;
import io.github.etcddiscovery.spring.actuate.DiscoveryReport.LayoutReport;
import io.github.etcddiscovery.spring.actuate.DiscoveryReport.LeaseReport;
import io.github.etcddiscovery.spring.actuate.DiscoveryReport.RegistrationReport;
import io.github.etcddiscovery.spring.actuate.DiscoveryReport.ServiceReport;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.util.function.SingletonSupplier;

/**
 * Shows what is registered and what is known. Answers from memory.
 */
@Endpoint(id = "etcddiscovery")
public final class EtcdDiscoveryEndpoint {

	private final SingletonSupplier<List<String>> endpoints;

	private final @Nullable EtcdRegistry registry;

	private final @Nullable EtcdResolver resolver;

	private final Supplier<Map<String, List<EjectedReport>>> ejected;

	private final Show showValues;

	/**
	 * Creates the endpoint.
	 * @param endpoints addresses of etcd, asked for once, when they are to be shown
	 * @param registry what is registered, or null where nothing can be
	 * @param resolver what is known, or null where nothing is discovered
	 * @param ejected who is not chosen, by the name of the service
	 * @param showValues whether values of metadata are shown
	 */
	public EtcdDiscoveryEndpoint(Supplier<List<String>> endpoints, @Nullable EtcdRegistry registry,
			@Nullable EtcdResolver resolver, Supplier<Map<String, List<EjectedReport>>> ejected, Show showValues) {
		this.endpoints = SingletonSupplier.of(() -> List.copyOf(endpoints.get()));
		this.registry = registry;
		this.resolver = resolver;
		this.ejected = ejected;
		this.showValues = showValues;
	}

	/**
	 * Reports to whom has no authority of his own.
	 * @return the report
	 */
	@ReadOperation
	public DiscoveryReport report() {
		return report(this.showValues.isShown(SecurityContext.NONE, Collections.emptySet()));
	}

	DiscoveryReport report(boolean showValues) {
		LeaseStatus lease = (this.registry != null) ? this.registry.lease() : null;
		List<Registration> registrations = (this.registry != null) ? this.registry.registrations()
				: Collections.emptyList();
		String staleFor = seconds((this.resolver != null) ? this.resolver.staleFor() : Duration.ZERO);
		return new DiscoveryReport(this.endpoints.obtain(), (lease != null) ? describe(lease) : null,
				registrations.stream().map((registration) -> describe(registration, showValues)).toList(), layouts(),
				services(staleFor, showValues), staleFor);
	}

	private List<LayoutReport> layouts() {
		return (this.resolver != null) ? this.resolver.layouts().stream().map(EtcdDiscoveryEndpoint::describe).toList()
				: Collections.emptyList();
	}

	private static LayoutReport describe(LayoutStatus layout) {
		EtcdDiscoveryException problem = layout.problem();
		String state = (problem == null) ? "FOLLOWED" : problem.kind().refused() ? "REFUSED" : "WAITING";
		return new LayoutReport(layout.layout().codec().format(), layout.layout().prefix(), state, message(problem),
				seconds(layout.since()));
	}

	private static @Nullable String message(@Nullable EtcdDiscoveryException problem) {
		return (problem != null) ? problem.getMessage() : null;
	}

	private List<ServiceReport> services(String age, boolean showValues) {
		EtcdResolver resolver = this.resolver;
		if (resolver == null) {
			return Collections.emptyList();
		}
		Map<String, Integer> heldBack = resolver.heldBack();
		Map<String, List<EjectedReport>> elsewhere = new TreeMap<>(this.ejected.get());
		List<ServiceReport> inEtcd = resolver.snapshots().stream().map((snapshot) -> {
			List<EjectedReport> ejected = elsewhere.remove(snapshot.service());
			return describe(snapshot, message(resolver.whyUnread(snapshot.service())), age,
					heldBack.getOrDefault(snapshot.service(), 0), ejected, showValues);
		}).toList();
		return Stream.concat(inEtcd.stream(),
				elsewhere.entrySet().stream().map((service) -> elsewhere(service.getKey(), service.getValue(), age)))
			.toList();
	}

	private static ServiceReport describe(ServiceSnapshot snapshot, @Nullable String problem, String age, int heldBack,
			@Nullable List<EjectedReport> ejected, boolean showValues) {
		return new ServiceReport(snapshot.service(), snapshot.state().name(), problem, snapshot.revision(), age,
				heldBack, snapshot.instances().stream().map((instance) -> describe(instance, showValues)).toList(),
				(ejected != null) ? ejected : Collections.emptyList());
	}

	/** A service of another registry, of which we know only who is not chosen. */
	private static ServiceReport elsewhere(String service, List<EjectedReport> ejected, String age) {
		return new ServiceReport(service, "ELSEWHERE", null, 0, age, 0, Collections.emptyList(), ejected);
	}

	private static RegistrationReport describe(Registration registration, boolean showValues) {
		return new RegistrationReport(registration.instance().service(), describe(registration.instance(), showValues),
				registration.edited(), registration.state().name(),
				registration.keys().stream().map(EtcdDiscoveryEndpoint::describe).toList());
	}

	private static KeyReport describe(KeyStatus key) {
		return new KeyReport(key.format(), key.key(), key.state().name(), key.attempts(), key.problem());
	}

	private static InstanceReport describe(Instance instance, boolean showValues) {
		Map<String, String> metadata = new TreeMap<>(instance.tags());
		if (!showValues) {
			metadata.replaceAll((name, value) -> SanitizableData.SANITIZED_VALUE);
		}
		return new InstanceReport(instance.id(), instance.host(), instance.port(), instance.weight(), metadata);
	}

	private static LeaseReport describe(LeaseStatus lease) {
		return new LeaseReport(Long.toHexString(lease.id()), seconds(lease.ttl()), seconds(lease.sinceRenewal()),
				seconds(lease.remaining()));
	}

	private static String seconds(Duration duration) {
		return Duration.ofMillis(duration.toMillis()).toString();
	}

}
