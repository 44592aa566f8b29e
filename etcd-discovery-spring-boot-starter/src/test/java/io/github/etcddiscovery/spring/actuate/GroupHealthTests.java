package io.github.etcddiscovery.spring.actuate;

import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthContributors;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;

import static org.assertj.core.api.Assertions.assertThat;

/** The status of a group, whatever it shows. */
class GroupHealthTests {

	private static final HealthIndicator UP = () -> Health.up().build();

	private static final HealthIndicator DOWN = () -> Health.down().build();

	@Test
	void membersCountAndOthersDoNot() {
		Map<String, HealthIndicator> all = Map.of("db", DOWN, "ping", UP);
		assertThat(status((name) -> true, of(all))).isEqualTo("DOWN");
		assertThat(status("ping"::equals, of(all))).isEqualTo("UP");
		assertThat(status("cache"::equals, of(all))).isEqualTo("UNKNOWN");
	}

	@Test
	void partsOfAContributorAreMembersByTheirPath() {
		CompositeHealthContributor parts = CompositeHealthContributor
			.fromMap(Map.of("parts", of(Map.of("a", DOWN, "b", UP))));
		assertThat(status("parts/b"::equals, parts)).isEqualTo("UP");
		assertThat(status("parts/a"::equals, parts)).isEqualTo("DOWN");
		assertThat(status("parts"::equals, parts)).isEqualTo("UNKNOWN");
	}

	@Test
	void reactiveOnesAreAskedToo() {
		ReactiveHealthIndicator down = () -> Mono.just(Health.down().build());
		ReactiveHealthContributors reactive = CompositeReactiveHealthContributor.fromMap(Map.of("db", down));
		assertThat(
				status((name) -> true, HealthContributors.of(of(Map.of("ping", UP)), reactive.asHealthContributors())))
			.isEqualTo("DOWN");
	}

	@Test
	void theOrderOfTheGroupCounts() {
		HealthIndicator fatal = () -> Health.status("FATAL").build();
		GroupHealth group = new GroupHealth(new Group((name) -> true, StatusAggregator.getDefault()),
				of(Map.of("a", fatal, "b", UP)));
		assertThat(group.status()).isEqualTo("UP");
		StatusAggregator own = (statuses) -> statuses.stream()
			.filter((status) -> status.getCode().equals("FATAL"))
			.findFirst()
			.orElseThrow();
		assertThat(new GroupHealth(new Group((name) -> true, own), of(Map.of("a", fatal, "b", UP))).status())
			.isEqualTo("FATAL");
	}

	/** Or an application that is out of the registry would stay out. */
	@Test
	void whatIsDownBecauseWeAreOutNeverCounts() {
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of("http://127.0.0.1:1"))) {
			EtcdHealthIndicator own = new EtcdHealthIndicator(client, KeyRange.single(Bytes.utf8("key")), null, null,
					new OutOfRegistry(), new EtcdHealthIndicator.Tolerance(Duration.ofSeconds(15), false));
			assertThat(status((name) -> true, CompositeHealthContributor
				.fromMap(Map.of("etcd", own, "discoveryComposite", of(Map.of("discoveryClient", DOWN)), "ping", UP))))
				.isEqualTo("UP");
		}
	}

	private static CompositeHealthContributor of(Map<String, HealthIndicator> indicators) {
		return CompositeHealthContributor.fromMap(indicators);
	}

	private static String status(Predicate<String> members, HealthContributors contributors) {
		return new GroupHealth(new Group(members, StatusAggregator.getDefault()), contributors).status();
	}

	/** One that shows nothing to anybody. */
	private record Group(Predicate<String> members, StatusAggregator aggregator) implements HealthEndpointGroup {

		@Override
		public boolean isMember(String name) {
			return this.members.test(name);
		}

		@Override
		public boolean showComponents(SecurityContext securityContext) {
			return false;
		}

		@Override
		public boolean showDetails(SecurityContext securityContext) {
			return false;
		}

		@Override
		public StatusAggregator getStatusAggregator() {
			return this.aggregator;
		}

		@Override
		public HttpCodeStatusMapper getHttpCodeStatusMapper() {
			return (status) -> 200;
		}

		@Override
		public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
			return null;
		}

	}

}
