package io.github.etcddiscovery.samples.demo;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the demo does, step by step, and what a user should see of it.
 */
final class Story {

	private static final String KEYS = "kitex/registry-etcd/" + Playground.SERVICE + "/";

	/** Short, so that nobody has to wait long for a killed instance to leave. */
	private static final String TTL = "--etcd.discovery.registration.ttl=5s";

	/** Counts the gateway's calls one by one. */
	private static final String COUNT = "--spring.cloud.loadbalancer.stats.micrometer.enabled=true";

	private static final Duration LOOK = Duration.ofMillis(20);

	private final List<WebApp> instances = new ArrayList<>();

	private final LocalEtcd etcd;

	private final Playground playground;

	private final int gatewayPort;

	Story(LocalEtcd etcd, Playground playground, int gatewayPort) {
		this.etcd = etcd;
		this.playground = playground;
		this.gatewayPort = gatewayPort;
	}

	/** Starts everything. */
	Traffic begin() {
		title("Starting three instances of " + Playground.SERVICE + " and the gateway");
		long start = System.nanoTime();
		List<Program> launched = Stream.generate(() -> this.playground.launchUserService(0, TTL)).limit(3).toList();
		Program gateway = this.playground.launchGateway(this.gatewayPort, COUNT);
		launched.forEach((program) -> this.instances.add(WebApp.listening(program)));
		WebApp listening = WebApp.listening(gateway);
		this.instances.forEach((instance) -> await(() -> isInEtcd(instance), "the key of " + instance.address()));
		say("all up after %.1f s; the gateway: %s", seconds(start), Playground.uri(listening));
		say("$ " + this.etcd.commandLine("get --prefix kitex/registry-etcd/"));
		this.etcd.etcdctl("get", "--prefix", "kitex/registry-etcd/").forEach((line) -> say("  %s", line));
		title("Traffic: users register and log in, through the gateway, while instances come and go");
		return Traffic.start(Playground.uri(listening), 4, Duration.ofMillis(40));
	}

	/** Shows that all instances take part. */
	void spread() {
		pause(Duration.ofSeconds(3));
		List<Long> before = calls();
		pause(Duration.ofSeconds(3));
		List<Long> after = calls();
		List<Long> answered = IntStream.range(0, before.size())
			.mapToObj((index) -> after.get(index) - before.get(index))
			.toList();
		say("%d calls in about 3 s, answered by:", answered.stream().mapToLong(Long::longValue).sum());
		for (int index = 0; index < answered.size(); index++) {
			say("  %s  %d", this.instances.get(index).address(), answered.get(index));
		}
	}

	void add() {
		title("One more instance");
		WebApp added = WebApp.listening(this.playground.launchUserService(0, TTL));
		await(() -> isInEtcd(added), "the key of " + added.address());
		await(() -> added.calls() > 0, "a call of " + added.address());
		this.instances.add(added);
		say("%s is in etcd and answers calls", added.address());
	}

	void stop() {
		WebApp leaving = this.instances.remove(0);
		title("Stopping " + leaving.address() + " (SIGTERM)");
		long start = System.nanoTime();
		leaving.program().handle().destroy();
		await(() -> !isInEtcd(leaving), "the key of " + leaving.address() + " to go");
		say("its key is gone after %.0f ms, while it still finishes what it has begun", 1000 * seconds(start));
		leaving.program().stop();
		say("ended after %.1f s", seconds(start));
	}

	/** Kills an instance; returns how many calls of the gateway that has cost. */
	long kill() {
		WebApp killed = this.instances.remove(0);
		title("Killing " + killed.address() + " (SIGKILL)");
		long before = WebApp.failedCalls(this.gatewayPort);
		long start = System.nanoTime();
		killed.program().kill();
		say("nobody says goodbye: its key stays until its lease of 5 s ends (15 s by default)");
		await(() -> !isInEtcd(killed), "the key of " + killed.address() + " to go");
		long failed = WebApp.failedCalls(this.gatewayPort) - before;
		say("its key is gone after %.1f s; %d calls of the gateway to it failed, then it was left out;", seconds(start),
				failed);
		say("they were tried again on another instance, so that no user saw it");
		return failed;
	}

	void outage() {
		title("Stopping etcd for 8 s");
		this.etcd.stop();
		pause(Duration.ofSeconds(8));
		this.etcd.restart();
		long start = System.nanoTime();
		this.instances.forEach((instance) -> await(() -> isInEtcd(instance), "the key of " + instance.address()));
		say("etcd is back; all instances are registered %.1f s later; traffic went on meanwhile", seconds(start));
	}

	/** Lets Go take part; returns what to add to the last line. */
	String interop(GoServices go) {
		return go.tell(this.etcd, URI.create("http://127.0.0.1:" + this.gatewayPort), this.instances.size());
	}

	Freshness freshness() {
		title("How fresh is what callers see? 200 instances come and go");
		Freshness freshness = Freshness.measure(this.etcd.endpoint());
		say("put by another client -> in getInstances:              median %s, 99th percentile %s",
				freshness.visible(50), freshness.visible(99));
		say("put by another client -> chosen by the load balancer:  median %s, 99th percentile %s",
				freshness.chosen(50), freshness.chosen(99));
		return freshness;
	}

	private List<Long> calls() {
		return this.instances.stream().map(WebApp::calls).toList();
	}

	private boolean isInEtcd(WebApp instance) {
		return !this.etcd.etcdctl("get", "--keys-only", KEYS + instance.address()).isEmpty();
	}

	private void await(BooleanSupplier condition, String what) {
		long start = System.nanoTime();
		while (!condition.getAsBoolean()) {
			if (seconds(start) > 60) {
				throw new IllegalStateException("Waited for 60 s for " + what);
			}
			pause(LOOK);
		}
	}

	/** Waits, unless something that should run has ended. */
	private void pause(Duration duration) {
		this.instances.stream()
			.map(WebApp::program)
			.min(Comparator.comparing(Program::isAlive))
			.orElseThrow()
			.pause(duration);
	}

	private static double seconds(long since) {
		return (System.nanoTime() - since) / 1e9;
	}

	static void title(String text) {
		System.out.println("== " + text);
	}

	static void say(String text, Object... values) {
		System.out.println("   " + ((values.length > 0) ? String.format(java.util.Locale.ROOT, text, values) : text));
	}

}
