package io.github.etcddiscovery.grpc;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.util.ForwardingLoadBalancer;

/** A policy of a user's: always the instance with the greatest weight. */
final class HeaviestFirst extends LoadBalancerProvider {

	static final String NAME = "heaviest_first";

	private static final Comparator<EquivalentAddressGroup> BY_WEIGHT = Comparator
		.comparing((group) -> Objects.requireNonNull(group.getAttributes().get(InstanceAttributes.WEIGHT)));

	/** A channel looks its policy up when it is made. */
	static ManagedChannel used(Supplier<ManagedChannel> channel) {
		LoadBalancerRegistry.getDefaultRegistry().register(new HeaviestFirst());
		return channel.get();
	}

	@Override
	public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
		LoadBalancer pickFirst = LoadBalancerRegistry.getDefaultRegistry()
			.getProvider("pick_first")
			.newLoadBalancer(helper);
		return new ForwardingLoadBalancer() {

			@Override
			protected LoadBalancer delegate() {
				return pickFirst;
			}

			@Override
			public Status acceptResolvedAddresses(LoadBalancer.ResolvedAddresses resolved) {
				return pickFirst.acceptResolvedAddresses(resolved.toBuilder()
					.setAddresses(List.of(resolved.getAddresses().stream().max(BY_WEIGHT).orElseThrow()))
					.setLoadBalancingPolicyConfig(null)
					.build());
			}

		};
	}

	@Override
	public boolean isAvailable() {
		return true;
	}

	@Override
	public int getPriority() {
		return 5;
	}

	@Override
	public String getPolicyName() {
		return NAME;
	}

}
