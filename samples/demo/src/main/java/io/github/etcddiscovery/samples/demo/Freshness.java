package io.github.etcddiscovery.samples.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.codec.Layout;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Measures how long it takes from the moment another client puts an instance into etcd
 * until an application sees it. Both are in this process, so that one clock measures, but
 * each has a connection of its own.
 */
final class Freshness {

	private static final String SERVICE = "service.music.freshness";

	private static final int WARM_UP = 50;

	private static final int SAMPLES = 200;

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final List<Duration> visible = new ArrayList<>();

	private final List<Duration> chosen = new ArrayList<>();

	private final EtcdClient otherClient;

	private final DiscoveryClient discovery;

	private final LoadBalancerClient balancer;

	private Freshness(EtcdClient otherClient, DiscoveryClient discovery, LoadBalancerClient balancer) {
		this.otherClient = otherClient;
		this.discovery = discovery;
		this.balancer = balancer;
	}

	/**
	 * Runs the measurement.
	 * @param endpoint etcd's URL
	 * @return the measured times
	 */
	static Freshness measure(String endpoint) {
		try (ConfigurableApplicationContext application = application(endpoint);
				EtcdClient otherClient = EtcdClient.connect(EtcdClientSettings.of(endpoint))) {
			Freshness freshness = new Freshness(otherClient, application.getBean(DiscoveryClient.class),
					application.getBean(LoadBalancerClient.class));
			freshness.run();
			return freshness;
		}
	}

	private static ConfigurableApplicationContext application(String endpoint) {
		return new SpringApplicationBuilder(Observer.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "etcd.discovery.endpoints=" + endpoint,
					"etcd.discovery.registration.enabled=false")
			.run();
	}

	private void run() {
		long lease = this.otherClient.grant(Duration.ofMinutes(5)).join().id();
		for (int sample = 0; sample < WARM_UP + SAMPLES; sample++) {
			comeAndGo(Instance.of(SERVICE, "127.0.0.1", 10_000 + sample), lease, sample >= WARM_UP);
		}
		this.otherClient.revoke(lease).join();
	}

	private void comeAndGo(Instance instance, long lease, boolean counts) {
		Layout kitex = Layout.kitex();
		Bytes key = kitex.key(instance);
		Bytes value = kitex.codec().value(instance);
		long start = System.nanoTime();
		var put = this.otherClient.commit(new Write.Put(key, value, lease, 0));
		Duration untilVisible = until(() -> !this.discovery.getInstances(SERVICE).isEmpty(), start);
		Duration untilChosen = until(() -> this.balancer.choose(SERVICE) != null, start);
		if (counts) {
			this.visible.add(untilVisible);
			this.chosen.add(untilChosen);
		}
		this.otherClient.commit(new Write.Delete(key, put.join().revision())).join();
		until(() -> this.discovery.getInstances(SERVICE).isEmpty(), start);
	}

	private static Duration until(BooleanSupplier condition, long start) {
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - start > PATIENCE.toNanos()) {
				throw new IllegalStateException("A change in etcd was not seen within " + PATIENCE.toSeconds() + " s");
			}
			LockSupport.parkNanos(100_000);
		}
		return Duration.ofNanos(System.nanoTime() - start);
	}

	/** Until {@code getInstances} has it. */
	String visible(int percentile) {
		return millis(this.visible, percentile);
	}

	/** Until the load balancer chooses it. */
	String chosen(int percentile) {
		return millis(this.chosen, percentile);
	}

	private static String millis(List<Duration> times, int percentile) {
		Duration time = times.stream().sorted().toList().get((times.size() * percentile + 99) / 100 - 1);
		return String.format(java.util.Locale.ROOT, "%.1fms", time.toNanos() / 1e6);
	}

	/** An application that only looks. */
	@EnableAutoConfiguration
	static class Observer {

	}

}
