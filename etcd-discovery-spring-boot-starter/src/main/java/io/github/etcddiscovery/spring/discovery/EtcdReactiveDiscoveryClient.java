package io.github.etcddiscovery.spring.discovery;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;

/**
 * Does what {@link EtcdDiscoveryClient} does without a thread that waits. LoadBalancer
 * asks only this one as soon as {@code WebClient} is on the class path, and collects what
 * it publishes into a list of its own: each choice then copies the references to all
 * instances (some 16 bytes an instance), and draws by adding up their weights.
 */
public final class EtcdReactiveDiscoveryClient implements ReactiveDiscoveryClient {

	private final InstanceLists lists;

	private final int order;

	/**
	 * Creates the client.
	 * @param lists where answers come from
	 * @param order order among the clients of other registries
	 */
	public EtcdReactiveDiscoveryClient(InstanceLists lists, int order) {
		this.lists = lists;
		this.order = order;
	}

	@Override
	public String description() {
		return "etcd reactive discovery client";
	}

	@Override
	public Flux<ServiceInstance> getInstances(String serviceId) {
		return Flux.defer(() -> {
			List<ServiceInstance> known = this.lists.knownInstances(serviceId);
			return (known != null) ? Flux.fromIterable(known)
					: whenDone(() -> this.lists.whenInstances(serviceId)).flatMapIterable((list) -> list);
		});
	}

	@Override
	public Flux<String> getServices() {
		return whenDone(this.lists::whenServices).flatMapIterable((names) -> names);
	}

	/**
	 * Waits for an answer that many may wait for: who does not want it any more ends to
	 * wait, and leaves the answer alone. Core's stages refuse to be cancelled, and
	 * Reactor would log that as an error.
	 */
	private static <T> Mono<T> whenDone(Supplier<CompletionStage<T>> answer) {
		return Mono.fromFuture(() -> answer.get().toCompletableFuture(), true);
	}

	/**
	 * Does nothing, as {@link EtcdDiscoveryClient#probe()}.
	 */
	@Override
	public Mono<Void> reactiveProbe() {
		return Mono.empty();
	}

	@Override
	public int getOrder() {
		return this.order;
	}

}
