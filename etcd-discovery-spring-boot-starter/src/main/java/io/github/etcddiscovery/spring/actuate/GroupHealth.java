package io.github.etcddiscovery.spring.actuate;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of a group as Boot's endpoint tells it, whatever that shows to whom; but for
 * what is DOWN because this application is out of the registry, or it would never come
 * back.
 */
public final class GroupHealth {

	/** Of Spring Cloud: it asks the discovery clients. */
	private static final String DISCOVERY = "discoveryComposite";

	private final HealthEndpointGroup group;

	private final HealthContributors contributors;

	/**
	 * Creates it.
	 * @param group whose members count, and who makes one status of theirs
	 * @param contributors all there are, blocking ones, and reactive ones made so
	 */
	public GroupHealth(HealthEndpointGroup group, HealthContributors contributors) {
		this.group = group;
		this.contributors = contributors;
	}

	/**
	 * Asks the members, one after the other, which can take any time.
	 * @return the status of the group; UNKNOWN where it has no members that count
	 */
	public String status() {
		Status status = aggregate("", this.contributors);
		return ((status != null) ? status : Status.UNKNOWN).getCode();
	}

	private @Nullable Status aggregate(String path, HealthContributors parts) {
		Set<Status> statuses = parts.stream()
			.map((part) -> status(path + part.name(), part.contributor()))
			.filter(Objects::nonNull)
			.collect(Collectors.toSet());
		return statuses.isEmpty() ? null : this.group.getStatusAggregator().getAggregateStatus(statuses);
	}

	private @Nullable Status status(String name, HealthContributor contributor) {
		if (contributor instanceof EtcdHealthIndicator || name.equals(DISCOVERY)) {
			return null;
		}
		if (contributor instanceof CompositeHealthContributor composite) {
			return aggregate(name + "/", composite);
		}
		return (contributor instanceof HealthIndicator indicator && this.group.isMember(name))
				? Objects.requireNonNull(indicator.health(false)).getStatus() : null;
	}

}
