package io.github.etcddiscovery.spring.loadbalancer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.EtcdInstanceList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.DefaultRequest;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.loadbalancer.core.SelectedInstanceCallback;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.ServiceInstanceListSuppliers;
import org.springframework.cloud.loadbalancer.support.SimpleObjectProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class WeightedLoadBalancerTests {

	@Test
	void choosesInProportionToTheWeights() {
		Map<Integer, Long> calls = calls(instances(10, 30), 20_000);
		assertThat((double) calls.get(2) / calls.get(1)).isCloseTo(3.0, within(0.3));
	}

	@Test
	void drawsFromTheListItselfByItsTableAndAmongEqualsTakesTurns() {
		assertThat(callsOf(balancerOf(instances(10, 10, 10)), 9).values()).containsOnly(3L);
		Map<Integer, Long> calls = callsOf(balancerOf(instances(10, 30)), 20_000);
		assertThat((double) calls.get(2) / calls.get(1)).isCloseTo(3.0, within(0.3));
	}

	@Test
	void takesTurnsWhereAllWeightsAreTheSame() {
		assertThat(calls(instances(10, 10, 10), 9).values()).containsOnly(3L);
	}

	@Test
	void honoursTheWeightsOfAListThatWasFiltered() {
		List<ServiceInstance> part = new ArrayList<>(instances(10, 500, 30));
		part.remove(1);
		Map<Integer, Long> calls = calls(part, 20_000);
		assertThat(calls).containsOnlyKeys(1, 3);
		assertThat((double) calls.get(3) / calls.get(1)).isCloseTo(3.0, within(0.3));
	}

	@Test
	void takesTurnsInAFilteredListOfEqualWeights() {
		List<ServiceInstance> part = new ArrayList<>(instances(10, 500, 10));
		part.remove(1);
		assertThat(calls(part, 10).values()).containsOnly(5L);
	}

	@Test
	void drawsFromAListThatWasCopiedAsFromTheOriginal() {
		Map<Integer, Long> calls = calls(new ArrayList<>(instances(10, 30)), 20_000);
		assertThat((double) calls.get(2) / calls.get(1)).isCloseTo(3.0, within(0.3));
	}

	@Test
	void takesTurnsAmongInstancesOfAnotherRegistry() {
		List<ServiceInstance> foreign = IntStream.rangeClosed(1, 3)
			.<ServiceInstance>mapToObj((port) -> new DefaultServiceInstance("id" + port, "echo", "h", port, false))
			.toList();
		assertThat(calls(foreign, 9).values()).containsOnly(3L);
	}

	@Test
	void mixesInstancesOfTwoRegistriesByWeight() {
		List<ServiceInstance> mixed = new ArrayList<>(instances(30));
		mixed.add(new DefaultServiceInstance("other", "echo", "h", 99, false));
		Map<Integer, Long> calls = calls(mixed, 20_000);
		assertThat((double) calls.get(1) / calls.get(99)).isCloseTo(3.0, within(0.3));
	}

	@Test
	void takesNobodyWhoWasExchangedForAnInstanceOfAnotherRegistry() {
		List<ServiceInstance> mixed = new ArrayList<>(instances(30, 10, 20));
		mixed.set(1, new DefaultServiceInstance("other", "echo", "h", 99, false));
		Map<Integer, Long> calls = calls(mixed, 20_000);
		assertThat(calls).containsOnlyKeys(1, 99, 3);
		assertThat((double) calls.get(1) / calls.get(99)).isCloseTo(3.0, within(0.3));
	}

	@Test
	void takesNobodyWhoWasExchangedForAnotherInstanceOfTheSameList() {
		List<ServiceInstance> twice = new ArrayList<>(instances(10, 10, 30));
		twice.set(1, twice.get(0));
		assertThat(calls(twice, 1000)).containsOnlyKeys(1, 3);
	}

	@Test
	void answersWithNothingWhereThereIsNothing() {
		Response<ServiceInstance> response = balancer(Collections.emptyList()).choose(new DefaultRequest<>()).block();
		assertThat(response).isNotNull();
		assertThat(response.hasServer()).isFalse();
	}

	@Test
	void tellsTheSupplierWhatWasChosen() {
		List<ServiceInstance> told = new ArrayList<>();
		Telling supplier = new Telling(instances(10), told);
		new WeightedLoadBalancer(new SimpleObjectProvider<>(supplier), "echo", null).choose(new DefaultRequest<>())
			.block();
		assertThat(told).hasSize(1);
	}

	private static Map<Integer, Long> calls(List<ServiceInstance> list, int times) {
		return callsOf(balancer(list), times);
	}

	private static Map<Integer, Long> callsOf(WeightedLoadBalancer balancer, int times) {
		return IntStream.range(0, times)
			.mapToObj((i) -> balancer.choose(new DefaultRequest<>()).block())
			.map((response) -> response.getServer().getPort())
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
	}

	/** Hands on the very list, as Spring Cloud does for a blocking discovery client. */
	private static WeightedLoadBalancer balancerOf(List<ServiceInstance> list) {
		return new WeightedLoadBalancer(new SimpleObjectProvider<>(new Telling(list, new ArrayList<>())), "echo", null);
	}

	private static WeightedLoadBalancer balancer(List<ServiceInstance> list) {
		return new WeightedLoadBalancer(
				ServiceInstanceListSuppliers.toProvider("echo", list.toArray(ServiceInstance[]::new)), "echo", null);
	}

	private static List<ServiceInstance> instances(int... weights) {
		List<Instance> instances = IntStream.rangeClosed(1, weights.length)
			.mapToObj((port) -> Instance.of("echo", "10.0.0.5", port).withWeight(weights[port - 1]))
			.toList();
		return EtcdInstanceList.of("echo", new ServiceSnapshot("echo", 1, instances, ServiceSnapshot.State.READ));
	}

	private record Telling(List<ServiceInstance> list,
			List<ServiceInstance> told) implements ServiceInstanceListSupplier, SelectedInstanceCallback {

		@Override
		public String getServiceId() {
			return "echo";
		}

		@Override
		public Flux<List<ServiceInstance>> get() {
			return Flux.just(this.list);
		}

		@Override
		public void selectedServiceInstance(ServiceInstance serviceInstance) {
			this.told.add(serviceInstance);
		}

	}

}
