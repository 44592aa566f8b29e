package io.github.etcddiscovery.client.jetcd;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.client.jetcd.Addresses.Address;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.client.jetcd.AnswerCheck.Identity;
import io.grpc.NameResolver;
import io.grpc.Status;

/** Clusters on a clock that is driven by hand, and what answers at their addresses. */
final class ClustersRig {

	final ManualScheduler scheduler = new ManualScheduler();

	/** What answers at the last number of an address. */
	final Map<Integer, Identity> answers = new HashMap<>();

	final Map<String, String> names = new HashMap<>();

	final AtomicInteger asked = new AtomicInteger();

	final AtomicInteger connected = new AtomicInteger();

	Runnable whenTimeIsRead = () -> {
	};

	Addresses addresses;

	Clusters clusters;

	void start(String... endpoints) {
		this.addresses = new Addresses(Endpoint.parseAll(List.of(endpoints), false), this::lookUp, Runnable::run);
		this.addresses.tell(new NameResolver.Listener2() {

			@Override
			public void onResult(NameResolver.ResolutionResult result) {
			}

			@Override
			public void onError(Status error) {
			}

		});
		this.clusters = new Clusters(this.addresses, new Threads(this.scheduler.executor(), () -> {
			this.whenTimeIsRead.run();
			return this.scheduler.now();
		}), this::ask, this.connected::incrementAndGet);
	}

	private InetAddress[] lookUp(String host) throws UnknownHostException {
		String address = host.equals("etcd") ? this.names.get(host) : host;
		if (address == null) {
			throw new UnknownHostException(host);
		}
		return InetAddress.getAllByName(address);
	}

	private CompletableFuture<Identity> ask(Address address) {
		this.asked.incrementAndGet();
		int number = address.socket().getAddress().getAddress()[3];
		return CompletableFuture.completedFuture(this.answers.getOrDefault(number, Identity.NONE));
	}

	void answers(int number, long cluster) {
		this.answers.put(number, Identity.of(cluster));
	}

	boolean heard(int number, long cluster) {
		boolean ours = this.clusters.isOurs(socket(number), cluster);
		this.scheduler.runReady();
		return ours;
	}

	void advance(int seconds) {
		this.scheduler.advance(Duration.ofSeconds(seconds));
	}

	List<Integer> leftOut() {
		return List.of(1, 2, 3).stream().filter((number) -> this.clusters.leavesOut(socket(number))).toList();
	}

	static InetSocketAddress socket(int number) {
		return new InetSocketAddress("10.0.0." + number, 1);
	}

}
