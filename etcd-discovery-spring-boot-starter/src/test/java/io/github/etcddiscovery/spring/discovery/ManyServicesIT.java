package io.github.etcddiscovery.spring.discovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/** Scope {@code service} with more services than it follows at a time. */
@Tag("long")
class ManyServicesIT {

	private static final int SERVICES = 1200;

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void aLocatorThatAsksForEveryServiceOnEveryHeartbeatComesToRest() {
		register();
		try (ConfigurableApplicationContext context = TestApplication.with(etcd)
			.clientOnly()
			.and(Locator.class)
			.set("etcd.discovery.resolver.scope=service", "etcd.discovery.resolver.services-refresh=1s")
			.run()) {
			Routes routes = context.getBean(Routes.class);
			routes.refresh();
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> routes.complete == SERVICES);
			awaitRest(routes);
			int before = routes.refreshes.get();
			TestApplication.put(etcd, "a-new-one", 1, 10);
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> routes.complete == SERVICES + 1);
			awaitRest(routes);
			assertThat(routes.refreshes.get() - before).as("refreshes after one service has come").isBetween(1, 3);
		}
	}

	/**
	 * No heartbeat for as long as ten times what they are held back for, and the names
	 * are read.
	 */
	private static void awaitRest(Routes routes) {
		AtomicInteger last = new AtomicInteger(-1);
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollInterval(Duration.ofSeconds(3))
			.until(() -> last.getAndSet(routes.refreshes.get()) == routes.refreshes.get() && !routes.refreshing);
	}

	private static void register() {
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()))) {
			long lease = client.grant(Duration.ofMinutes(5)).join().id();
			CompletableFuture
				.allOf(IntStream.range(0, SERVICES)
					.mapToObj((number) -> Instance.of("service-" + number, "10.0.0.5", 1 + number))
					.map((instance) -> client.commit(new Write.Put(Layout.kitex().key(instance),
							Layout.kitex().codec().value(instance), lease, 0)))
					.toArray(CompletableFuture[]::new))
				.join();
		}
	}

	/** What a gateway's locator of routes does. */
	static final class Routes implements ApplicationListener<HeartbeatEvent> {

		final AtomicInteger refreshes = new AtomicInteger();

		volatile long complete;

		volatile boolean refreshing;

		private final DiscoveryClient client;

		Routes(DiscoveryClient client) {
			this.client = client;
		}

		@Override
		public void onApplicationEvent(HeartbeatEvent event) {
			refresh();
		}

		synchronized void refresh() {
			this.refreshing = true;
			List<String> services = this.client.getServices();
			this.complete = services.stream().filter((name) -> !this.client.getInstances(name).isEmpty()).count();
			this.refreshes.incrementAndGet();
			this.refreshing = false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Locator {

		@Bean
		Routes routes(DiscoveryClient client) {
			return new Routes(client);
		}

	}

}
