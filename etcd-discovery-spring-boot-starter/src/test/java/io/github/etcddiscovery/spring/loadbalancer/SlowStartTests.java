package io.github.etcddiscovery.spring.loadbalancer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.DiscoveredInstance;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.EtcdInstanceList;
import io.github.etcddiscovery.spring.EtcdLoadBalancerProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.loadbalancer.support.SimpleObjectProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** How often a new instance is chosen, by a clock that is driven and a fixed seed. */
class SlowStartTests {

	private static final int DRAWS = 100_000;

	private static final Duration WINDOW = Duration.ofSeconds(60);

	private static final long START = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

	private final Random random = new Random(10);

	/** Crosses the end of what a long can count, as System.nanoTime may. */
	private final AtomicLong clock = new AtomicLong(START);

	/** When the instance at a port has appeared. */
	private final Map<Integer, Long> appeared = new HashMap<>();

	@ParameterizedTest
	@CsvSource({ "0, 0.10", "6, 0.19", "15, 0.325", "30, 0.55", "45, 0.775", "54, 0.91", "59, 0.985", "60, 1.0",
			"600, 1.0" })
	void theShareOfANewInstanceGrowsLinearly(int seconds, double share) {
		List<ServiceInstance> list = instances(10, 10, 30);
		youngest(3);
		pass(seconds);
		// Of the weight 30, beside 20 of others.
		assertThat(shareOf(3, list)).isCloseTo(30 * share / (20 + 30 * share), within(0.05 * share));
		assertThat(ratio(list, 3, 1)).isCloseTo(3 * share, within(0.05 * 3 * share));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void amongEqualWeightsTooWhetherTheListIsWholeOrAPart(boolean whole) {
		List<ServiceInstance> list = whole ? instances(10, 10, 10) : new ArrayList<>(instances(10, 10, 10));
		youngest(2);
		pass(30);
		assertThat(ratio(list, 2, 1)).isCloseTo(0.55, within(0.05 * 0.55));
		assertThat(ratio(list, 3, 1)).isCloseTo(1, within(0.05));
	}

	@Test
	void atItsEndEqualWeightsGoBackToTurns() {
		List<ServiceInstance> list = instances(10, 10, 10);
		youngest(2);
		WeightedLoadBalancer balancer = balancer(WINDOW, 10);
		balancer.choose(list, this.random);
		pass(60);
		assertThat(calls(balancer, list, 9).values()).containsOnly(3);
	}

	@Test
	void theLeastShareIsTheUsers() {
		List<ServiceInstance> list = instances(10, 10, 10);
		youngest(3);
		Map<Integer, Integer> calls = calls(balancer(WINDOW, 50), list, DRAWS);
		assertThat((double) calls.get(3) / calls.get(1)).isCloseTo(0.5, within(0.025));
	}

	@Test
	void eachGetsAShareByItsOwnAge() {
		List<ServiceInstance> list = instances(10, 10, 10, 10);
		youngest(3);
		pass(30);
		youngest(4);
		assertThat(ratio(list, 3, 1)).isCloseTo(0.55, within(0.05 * 0.55));
		assertThat(ratio(list, 4, 1)).isCloseTo(0.1, within(0.05 * 0.1));
	}

	@Test
	void whereMoreThanHalfAreYoungAllGetTheirWholeWeightUntilSomeAreNotYoungAnyMore() {
		List<ServiceInstance> list = instances(10, 10, 10);
		youngest(2);
		pass(30);
		youngest(3);
		WeightedLoadBalancer balancer = balancer(WINDOW, 10);
		assertThat(calls(balancer, list, 9).values()).containsOnly(3);
		pass(30);
		Map<Integer, Integer> calls = calls(balancer, list, DRAWS);
		assertThat((double) calls.get(3) / calls.get(1)).isCloseTo(0.55, within(0.05 * 0.55));
		assertThat((double) calls.get(2) / calls.get(1)).isCloseTo(1, within(0.05));
	}

	@Test
	void halfIsNotMoreThanHalf() {
		List<ServiceInstance> list = instances(10, 10);
		youngest(2);
		assertThat(ratio(list, 2, 1)).isCloseTo(0.1, within(0.05 * 0.1));
	}

	@Test
	void whatWasThereFirstIsNotYoung() {
		assertThat(calls(balancer(WINDOW, 10), instances(10, 10, 10), 9).values()).containsOnly(3);
	}

	@Test
	void anInstanceThatIsAloneIsChosenHoweverYoung() {
		List<ServiceInstance> list = instances(10);
		youngest(1);
		assertThat(calls(balancer(WINDOW, 10), list, 3)).isEqualTo(Map.of(1, 3));
	}

	private void youngest(int port) {
		this.appeared.put(port, this.clock.get());
	}

	private void pass(int seconds) {
		this.clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
	}

	private double ratio(List<ServiceInstance> list, int port, int other) {
		Map<Integer, Integer> calls = calls(balancer(WINDOW, 10), list, DRAWS);
		return (double) calls.get(port) / calls.get(other);
	}

	private double shareOf(int port, List<ServiceInstance> list) {
		return (double) calls(balancer(WINDOW, 10), list, DRAWS).get(port) / DRAWS;
	}

	private Map<Integer, Integer> calls(WeightedLoadBalancer balancer, List<ServiceInstance> list, int draws) {
		Map<Integer, Integer> calls = new HashMap<>();
		IntStream.range(0, draws)
			.forEach((draw) -> calls.merge(balancer.choose(list, this.random).getPort(), 1, Integer::sum));
		return calls;
	}

	private WeightedLoadBalancer balancer(Duration window, int minShare) {
		SlowStart slowStart = new SlowStart(new EtcdLoadBalancerProperties.SlowStart(window, minShare), this.clock::get,
				(instance) -> this.appeared.getOrDefault(instance.getPort(), DiscoveredInstance.NOT_YOUNG));
		return new WeightedLoadBalancer(new SimpleObjectProvider<>(null), "echo", slowStart);
	}

	private static List<ServiceInstance> instances(int... weights) {
		List<Instance> instances = IntStream.rangeClosed(1, weights.length)
			.mapToObj((port) -> Instance.of("echo", "10.0.0.5", port).withWeight(weights[port - 1]))
			.toList();
		return EtcdInstanceList.of("echo", new ServiceSnapshot("echo", 1, instances, ServiceSnapshot.State.READ));
	}

}
