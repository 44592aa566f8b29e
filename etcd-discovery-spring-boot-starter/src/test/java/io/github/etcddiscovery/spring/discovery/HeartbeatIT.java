package io.github.etcddiscovery.spring.discovery;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.etcddiscovery.spring.TestApplication;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gateways rebuild their routes on each heartbeat: it comes on a change, and only then.
 */
class HeartbeatIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@BeforeEach
	void empty() {
		etcd.etcdctl("del", "--prefix", "kitex/");
	}

	@Test
	void aHeartbeatFollowsEachChangeAndNothingElse() {
		TestApplication.put(etcd, "echo", 1, 10);
		try (ConfigurableApplicationContext context = client().run()) {
			List<Object> values = context.getBean(Heartbeats.class).values;
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> values.size() == 1);
			etcd.put("elsewhere", "x");
			etcd.put("kitex/registry-etcd/echo/127.0.0.1:9", "garbage");
			Awaitility.await()
				.during(Duration.ofSeconds(1))
				.atMost(Duration.ofSeconds(5))
				.until(() -> values.size() == 1);
			for (int port = 2; port < 6; port++) {
				TestApplication.put(etcd, "echo", port, 10);
			}
			long last = etcd.revision();
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> values.contains(last));
			assertThat(values).doesNotHaveDuplicates().hasSizeLessThan(5);
		}
	}

	@Test
	void whatIsThereWhenTheApplicationStartsIsToldOnce() {
		TestApplication.put(etcd, "echo", 1, 10);
		TestApplication.put(etcd, "other", 2, 10);
		try (ConfigurableApplicationContext context = client().run()) {
			List<Object> values = context.getBean(Heartbeats.class).values;
			Awaitility.await()
				.during(Duration.ofSeconds(1))
				.atMost(Duration.ofSeconds(8))
				.until(() -> values.size() == 1);
		}
	}

	@Test
	void whatWentWhileTheContextWasStoppedIsToldWhenItStarts() {
		TestApplication.put(etcd, "echo", 1, 10);
		try (ConfigurableApplicationContext context = client().run()) {
			List<Object> values = context.getBean(Heartbeats.class).values;
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> values.size() == 1);
			context.stop();
			etcd.delete(TestApplication.key("echo", 1));
			Awaitility.await()
				.atMost(Duration.ofSeconds(5))
				.until(() -> context.getBean(EtcdDiscoveryClient.class).getInstances("echo").isEmpty());
			assertThat(values).hasSize(1);
			context.start();
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> values.size() == 2);
			assertThat(values).doesNotHaveDuplicates();
		}
	}

	/** Where services are followed one by one, most are known by their names alone. */
	@Test
	void aServiceOfWhichOnlyTheNameIsKnownIsNotGoneWhenTheContextStartsAgain() {
		try (ConfigurableApplicationContext context = client()
			.set("etcd.discovery.resolver.scope=service", "etcd.discovery.resolver.services-refresh=200ms")
			.run()) {
			List<Object> values = context.getBean(Heartbeats.class).values;
			TestApplication.put(etcd, "echo", 1, 10);
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> values.size() == 1);
			context.stop();
			context.start();
			Awaitility.await()
				.during(Duration.ofMillis(800))
				.atMost(Duration.ofSeconds(5))
				.until(() -> values.size() == 1);
			etcd.delete(TestApplication.key("echo", 1));
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> values.size() == 2);
			assertThat(values).doesNotHaveDuplicates();
		}
	}

	/** A web server answers while its context is paused. */
	@Test
	void whatChangesWhileTheContextIsPausedIsToldThen() {
		TestApplication.put(etcd, "echo", 1, 10);
		try (ConfigurableApplicationContext context = client().run()) {
			List<Object> values = context.getBean(Heartbeats.class).values;
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> values.size() == 1);
			context.pause();
			TestApplication.put(etcd, "echo", 2, 10);
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> values.size() == 2);
		}
	}

	@Test
	void aListenerThatFailsIsToldTheNextChangeAllTheSame() {
		try (ConfigurableApplicationContext context = client().set("fail=true").run()) {
			List<Object> values = context.getBean(Heartbeats.class).values;
			TestApplication.put(etcd, "echo", 1, 10);
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> values.size() == 1);
			TestApplication.put(etcd, "echo", 2, 10);
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> values.size() == 2);
		}
	}

	@Test
	void listenersRunOnADaemonOfOurOwnWithTheLoaderOfTheApplicationThatEndsWithIt() throws Exception {
		Thread thread;
		try (URLClassLoader loader = new URLClassLoader(new URL[0], getClass().getClassLoader());
				ConfigurableApplicationContext context = client().in(loader).run()) {
			TestApplication.put(etcd, "echo", 1, 10);
			Heartbeats heartbeats = context.getBean(Heartbeats.class);
			Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> heartbeats.thread != null);
			thread = heartbeats.thread;
			assertThat(thread.getName()).startsWith("etcd-discovery-");
			assertThat(thread.isDaemon()).isTrue();
			assertThat(heartbeats.loader).isSameAs(loader);
		}
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !thread.isAlive());
	}

	private static TestApplication client() {
		return TestApplication.with(etcd).clientOnly().and(Heartbeats.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Heartbeats {

		final List<Object> values = new CopyOnWriteArrayList<>();

		private final ConfigurableApplicationContext context;

		volatile @Nullable Thread thread;

		volatile @Nullable ClassLoader loader;

		Heartbeats(ConfigurableApplicationContext context) {
			this.context = context;
		}

		@EventListener
		void on(HeartbeatEvent event) {
			this.values.add(event.getValue());
			this.loader = Thread.currentThread().getContextClassLoader();
			this.thread = Thread.currentThread();
			if (this.context.getEnvironment().containsProperty("fail")) {
				throw new IllegalStateException("a listener that fails, for this test");
			}
		}

	}

}
