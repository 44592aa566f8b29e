package io.github.etcddiscovery.spring.loadbalancer;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.spring.EtcdInstanceList;
import io.github.etcddiscovery.spring.EtcdServiceInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.DefaultResponse;
import org.springframework.cloud.client.loadbalancer.EmptyResponse;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.loadbalancer.core.NoopServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.ReactorServiceInstanceLoadBalancer;
import org.springframework.cloud.loadbalancer.core.SelectedInstanceCallback;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.util.function.SingletonSupplier;

/**
 * Calls each instance as often as its weight says, and in turn where all weights are the
 * same; new ones less often at first, where a slow start is configured. The table for the
 * draw belongs to the list that the blocking discovery client returns. For a list that
 * somebody has copied or filtered the weights are added up: so it is with
 * {@code WebClient} on the class path, because Spring's supplier then collects what the
 * reactive client publishes.
 */
final class WeightedLoadBalancer implements ReactorServiceInstanceLoadBalancer {

	private static final Logger log = LoggerFactory.getLogger(WeightedLoadBalancer.class);

	/** Weight of an instance that comes from another registry. */
	private static final int FOREIGN_WEIGHT = 10;

	private final SingletonSupplier<ServiceInstanceListSupplier> supplier;

	private final String service;

	/** Null where it is off. */
	private final @Nullable SlowStart slowStart;

	private final AtomicInteger position = new AtomicInteger(ThreadLocalRandom.current().nextInt(1000));

	WeightedLoadBalancer(ObjectProvider<ServiceInstanceListSupplier> supplier, String service,
			@Nullable SlowStart slowStart) {
		this.supplier = SingletonSupplier.of(() -> supplier.getIfAvailable(NoopServiceInstanceListSupplier::new));
		this.service = service;
		this.slowStart = slowStart;
	}

	@Override
	@SuppressWarnings("rawtypes")
	public Mono<Response<ServiceInstance>> choose(Request request) {
		ServiceInstanceListSupplier instances = this.supplier.obtain();
		return instances.get(request).next().map((list) -> respond(instances, list));
	}

	private Response<ServiceInstance> respond(ServiceInstanceListSupplier instances, List<ServiceInstance> list) {
		ServiceInstance chosen = choose(list, ThreadLocalRandom.current());
		if (chosen == null) {
			log.warn("No servers available for service: {}", Bytes.utf8(this.service));
			return new EmptyResponse();
		}
		if (instances instanceof SelectedInstanceCallback callback) {
			callback.selectedServiceInstance(chosen);
		}
		return new DefaultResponse(chosen);
	}

	@Nullable ServiceInstance choose(List<ServiceInstance> list, RandomGenerator random) {
		if (list.size() <= 1) {
			return list.isEmpty() ? null : list.get(0);
		}
		if (this.slowStart != null && this.slowStart.isUnderWay(list)) {
			return chooseInSlowStart(this.slowStart, list, random);
		}
		ServiceInstance drawn = draw(list, random);
		return (drawn != null) ? drawn : next(list);
	}

	/** By turns nobody could be taken less often than others. */
	private static ServiceInstance chooseInSlowStart(SlowStart slowStart, List<ServiceInstance> list,
			RandomGenerator random) {
		ServiceInstance drawn;
		do {
			ServiceInstance byWeight = draw(list, random);
			drawn = (byWeight != null) ? byWeight : list.get(random.nextInt(list.size()));
		}
		while (!slowStart.takes(drawn, random));
		return drawn;
	}

	/** Draws by weight, or returns null where all weights are the same. */
	private static @Nullable ServiceInstance draw(List<ServiceInstance> list, RandomGenerator random) {
		return (list instanceof EtcdInstanceList whole) ? whole.draw(random) : drawFromPart(list, random);
	}

	private ServiceInstance next(List<ServiceInstance> list) {
		return list.get((this.position.incrementAndGet() & Integer.MAX_VALUE) % list.size());
	}

	private static @Nullable ServiceInstance drawFromPart(List<ServiceInstance> list, RandomGenerator random) {
		int first = weight(list.get(0));
		long total = 0;
		boolean uniform = true;
		for (int i = 0; i < list.size(); i++) {
			int weight = weight(list.get(i));
			total += weight;
			uniform &= weight == first;
		}
		return uniform ? null : at(list, random.nextLong(total));
	}

	private static ServiceInstance at(List<ServiceInstance> list, long drawn) {
		long left = drawn;
		for (int i = 0; i < list.size() - 1; i++) {
			left -= weight(list.get(i));
			if (left < 0) {
				return list.get(i);
			}
		}
		return list.get(list.size() - 1);
	}

	private static int weight(ServiceInstance instance) {
		return (instance instanceof EtcdServiceInstance ours) ? ours.weight() : FOREIGN_WEIGHT;
	}

}
