package io.github.etcddiscovery.spring.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.assertj.core.util.Throwables;
import io.etcd.jetcd.ClientBuilder;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientCustomizer;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.spring.EtcdConnectionDetails;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import io.github.etcddiscovery.spring.actuate.EtcdDiscoveryEndpoint;
import io.github.etcddiscovery.spring.actuate.EtcdHealthIndicator;
import io.github.etcddiscovery.spring.discovery.EtcdDiscoveryClient;
import io.github.etcddiscovery.test.Thrown;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.ssl.SslBundle;

import static org.assertj.core.api.Assertions.assertThat;

/** What users bring themselves. */
class UserBeansTests {

	@Test
	void beansOfTheUserWin() {
		EtcdConnectionDetails details = () -> List.of("http://127.0.0.1:1");
		Contexts.provider()
			.withBean("mine", EtcdConnectionDetails.class, () -> details)
			.run((context) -> assertThat(context).getBean(EtcdConnectionDetails.class).isSameAs(details));
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcdClient", "etcdRegistry", "etcdResolver", "etcdConnectionDetails",
			"etcdClientSettings", "etcdLayouts", "etcdLeaseTtl", "etcdServiceRegistry", "etcdRegistration",
			"etcdAutoServiceRegistration", "etcdInstanceLists", "etcdHealthIndicator", "etcdHealthContributor",
			"etcdReactiveDiscoveryClient" })
	void aBeanOfTheUserHasTheNameItWantsAndOursAreThereToo(String name) {
		Contexts.provider().withBean(name, StringBuilder.class, () -> new StringBuilder("mine")).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(name)).hasToString("mine");
			assertThat(context).hasSingleBean(EtcdClient.class)
				.hasSingleBean(EtcdRegistry.class)
				.hasSingleBean(EtcdResolver.class)
				.hasSingleBean(EtcdDiscoveryClient.class);
		});
	}

	@Test
	void noNameOfOursIsOneThatAUserCouldChoose() {
		Contexts.provider()
			.run((context) -> assertThat(Stream.of(context.getBeanDefinitionNames())
				.filter((name) -> name.startsWith("etcd") && name.indexOf('-') < 0)).hasSizeGreaterThan(20)
				.allMatch((name) -> name.startsWith("etcdDiscovery") || name.equals("etcdHealthContributor")));
	}

	@Test
	void aCodecOfTheUserCountsByTheNameOfItsBean() {
		Contexts.provider()
			.withBean("in-house", InstanceCodec.class, InHouseCodec::new)
			.withPropertyValues("etcd.discovery.format=in-house", "etcd.discovery.prefix=our/own")
			.run((context) -> {
				Layouts layouts = context.getBean(Layouts.class);
				assertThat(layouts.registering()).singleElement()
					.satisfies((layout) -> assertThat(layout.prefix()).isEqualTo("our/own"));
				assertThat(layouts.registering().get(0).codec()).isInstanceOf(InHouseCodec.class);
			});
	}

	@Test
	void aClientOfTheUserNeedsNothingOfOursWhenDiscoveryIsOff() {
		Contexts.provider()
			.withBean("mine", EtcdClient.class, () -> EtcdClient.connect(EtcdClientSettings.of("http://127.0.0.1:1")))
			.withBean("details", EtcdConnectionDetails.class, () -> () -> List.of("http://127.0.0.1:1"))
			.withPropertyValues("etcd.discovery.enabled=false", "management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(EtcdHealthIndicator.class)
				.doesNotHaveBean(EtcdDiscoveryEndpoint.class));
	}

	@Test
	@Timeout(30)
	void connectionDetailsThatDoNotAnswerHoldUpNobody() {
		Unanswering details = new Unanswering();
		try {
			Contexts.provider()
				.withBean("mine", EtcdConnectionDetails.class, () -> details)
				.withPropertyValues("etcd.discovery.start-timeout=1h", "management.endpoints.web.exposure.include=*")
				.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(EtcdDiscoveryEndpoint.class));
			assertThat(details.asked).isNotEmpty().allMatch((thread) -> thread.equals("etcd-discovery-connect"));
		}
		finally {
			details.answer.countDown();
		}
	}

	@Test
	void endpointsOfConnectionDetailsThatCannotBeRightAreSaidToBeTheirs() {
		EtcdConnectionDetails details = () -> List.of("http://alice:s3cret@127.0.0.1:1");
		Contexts.provider()
			.withBean("mine", EtcdConnectionDetails.class, () -> details)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("connection details " + details.getClass().getName())
				.satisfies((failure) -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("s3cret")
					.doesNotContain("etcd.discovery.endpoints")));
	}

	@ParameterizedTest
	@MethodSource("anything")
	void anObserverThatThrowsDoesNotSilenceTheOthers(Throwable thrown) {
		List<String> told = new CopyOnWriteArrayList<>();
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("first", new DiscoveryObserver() {
			@Override
			public void resync(String reason) {
				throw Thrown.undeclared(thrown);
			}
		});
		beans.addBean("second", new DiscoveryObserver() {
			@Override
			public void resync(String reason) {
				told.add(reason);
			}
		});
		Observers.of(beans.getBeanProvider(DiscoveryObserver.class)).resync("lost");
		assertThat(told).containsExactly("lost");
	}

	static Stream<Throwable> anything() {
		return Stream.of(new IllegalStateException("broken"), new IOException("broken"),
				new StackOverflowError("broken"));
	}

	@Test
	void aClientThatCannotBeMadeStopsTheStartWithTheCause() {
		Contexts.provider().withBean(EtcdClientCustomizer.class, () -> (builder) -> {
			throw new ServiceConfigurationError("customizer failed");
		})
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("The client of etcd could not be made")
				.hasStackTraceContaining("customizer failed"));
	}

	@Test
	void aCustomizerThatBlocksIsNamedAndStopsTheStartInTime() {
		Blocking blocking = new Blocking();
		Contexts.provider().withBean("harmless", EtcdClientCustomizer.class, () -> (builder) -> {
		})
			.withBean("blocking", EtcdClientCustomizer.class, () -> blocking)
			.withPropertyValues("etcd.discovery.start-timeout=300ms")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("EtcdClientCustomizer")
				.hasStackTraceContaining(Blocking.class.getName())
				.hasStackTraceContaining("300ms")
				.hasStackTraceContaining("Blocking.customize"));
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> blocking.interrupted);
	}

	@Test
	void aDefectOfACodecIsNotBlamedOnAProperty() {
		Contexts.provider()
			.withBean("broken", InstanceCodec.class, BrokenCodec::new)
			.withPropertyValues("etcd.discovery.format=broken")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("a defect of this codec")
				.rootCause()
				.isNotInstanceOf(InvalidEtcdPropertyException.class));
	}

	private static final class BrokenCodec extends InHouseCodec {

		@Override
		public KeyRange allServices(String prefix) {
			throw new IllegalArgumentException("a defect of this codec");
		}

	}

	/** A vault that is away, say. */
	private static final class Unanswering implements EtcdConnectionDetails {

		private final CountDownLatch answer = new CountDownLatch(1);

		private final List<String> asked = new CopyOnWriteArrayList<>();

		private <T> T answer(T value) {
			this.asked.add(Thread.currentThread().getName());
			try {
				this.answer.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return value;
		}

		@Override
		public List<String> getEndpoints() {
			return answer(List.of("http://127.0.0.1:1"));
		}

		@Override
		public String getUsername() {
			return answer("alice");
		}

		@Override
		public String getPassword() {
			return answer("s3cret");
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return answer(null);
		}

	}

	private static final class Blocking implements EtcdClientCustomizer {

		private volatile boolean interrupted;

		@Override
		public void customize(ClientBuilder builder) {
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.interrupted = true;
			}
		}

	}

}
