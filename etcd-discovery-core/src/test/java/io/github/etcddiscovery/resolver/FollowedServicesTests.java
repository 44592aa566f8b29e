package io.github.etcddiscovery.resolver;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatNoException;

/** Who is dropped while services are looked up. */
class FollowedServicesTests {

	private final ManualScheduler scheduler = new ManualScheduler();

	private final Services services = new Services((name) -> List.of());

	private final FollowedServices followed = new FollowedServices(this.scheduler.loop(),
			new Publisher(this.scheduler.loop(), this.services, new DiscoveryObserver() {
			}));

	private final ConcurrentLinkedQueue<Service> all = new ConcurrentLinkedQueue<>();

	@Test
	void lookupsDoNotDisturbTheOrderInWhichServicesAreDropped() {
		ExecutorService reader = Executors.newSingleThreadExecutor();
		try {
			reader.execute(() -> {
				while (!reader.isShutdown()) {
					this.all.forEach(Service::read);
				}
			});
			for (int round = 0; round < 100; round++) {
				List<Service> fresh = IntStream.range(0, 1_200).mapToObj((i) -> follow("s" + i)).toList();
				this.all.addAll(fresh);
				assertThatNoException().isThrownBy(() -> this.followed.keepTheLimit(null));
				this.all.clear();
			}
		}
		finally {
			reader.shutdownNow();
		}
	}

	private Service follow(String name) {
		Service service = new Service(new ServiceSnapshot(name, 1, List.of(), State.READ), List.of());
		this.followed.add(service);
		return service;
	}

}
