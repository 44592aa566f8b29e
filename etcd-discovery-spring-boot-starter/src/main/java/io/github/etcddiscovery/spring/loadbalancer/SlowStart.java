package io.github.etcddiscovery.spring.loadbalancer;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

import io.github.etcddiscovery.resolver.DiscoveredInstance;
import io.github.etcddiscovery.spring.EtcdLoadBalancerProperties;
import io.github.etcddiscovery.spring.EtcdServiceInstance;

import org.springframework.cloud.client.ServiceInstance;

/**
 * Gives an instance that has just appeared a share of its weight that grows linearly
 * until its window is over. Nothing is made for that: whoever was drawn by its whole
 * weight is taken as often as its share says, and else it is drawn again, which leaves
 * the others their proportions. Where more than half of a list is young, the rest could
 * not bear what the young ones are spared, so that all get their whole weight.
 */
final class SlowStart {

	private static final long NOT_YOUNG = DiscoveredInstance.NOT_YOUNG;

	private final long window;

	private final double leastShare;

	private final LongSupplier nanoTime;

	private final ToLongFunction<ServiceInstance> appearedAt;

	/** Of the list that was asked about last, so that it is looked through once. */
	private final AtomicReference<Young> last = new AtomicReference<>(new Young(List.of(), NOT_YOUNG, NOT_YOUNG));

	SlowStart(EtcdLoadBalancerProperties.SlowStart properties, LongSupplier nanoTime,
			ToLongFunction<ServiceInstance> appearedAt) {
		this.window = properties.window().toNanos();
		this.leastShare = properties.minShare() / 100.0;
		this.nanoTime = nanoTime;
		this.appearedAt = appearedAt;
	}

	static SlowStart of(EtcdLoadBalancerProperties.SlowStart properties) {
		return new SlowStart(properties, System::nanoTime, SlowStart::appearedAt);
	}

	/** When an instance of another registry has appeared, nobody tells. */
	private static long appearedAt(ServiceInstance instance) {
		return (instance instanceof EtcdServiceInstance ours) ? ours.discovered().appearedAt() : NOT_YOUNG;
	}

	/** Tells whether somebody of a list is to be spared. */
	@SuppressWarnings("ReferenceEquality")
	boolean isUnderWay(List<ServiceInstance> list) {
		long now = this.nanoTime.getAsLong();
		Young young = Objects.requireNonNull(this.last.get());
		if (young.list != list) {
			young = young(list, now);
			this.last.set(young);
		}
		return isYoung(young.newest, now) && !isYoung(young.half, now);
	}

	/**
	 * Tells whether an instance that was drawn is taken, which it is less often the
	 * younger it is.
	 */
	boolean takes(ServiceInstance drawn, RandomGenerator random) {
		long appeared = this.appearedAt.applyAsLong(drawn);
		long now = this.nanoTime.getAsLong();
		return !isYoung(appeared, now)
				|| random.nextDouble() < this.leastShare + (1 - this.leastShare) * (now - appeared) / this.window;
	}

	private boolean isYoung(long appeared, long now) {
		return appeared != NOT_YOUNG && now - appeared < this.window;
	}

	private Young young(List<ServiceInstance> list, long now) {
		long[] ages = list.stream()
			.mapToLong(this.appearedAt)
			.filter((appeared) -> isYoung(appeared, now))
			.map((appeared) -> now - appeared)
			.sorted()
			.toArray();
		int half = list.size() / 2;
		return new Young(list, (ages.length > 0) ? now - ages[0] : NOT_YOUNG,
				(ages.length > half) ? now - ages[half] : NOT_YOUNG);
	}

	/**
	 * Who of a list is young: nobody once the newest is not any more, and not more than
	 * half once this one is not.
	 */
	private record Young(List<ServiceInstance> list, long newest, long half) {

	}

}
