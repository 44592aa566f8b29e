package io.github.etcddiscovery.spring.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.spring.ServiceAliases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Cloud LoadBalancer cancels what it does not need any more, and Reactor logs what
 * fails then, with its stack, as an ERROR. Nothing answers at the address of this etcd.
 */
class EtcdReactiveDiscoveryClientTests {

	private final Queue<Throwable> dropped = new ConcurrentLinkedQueue<>();

	private ServerSocket silent;

	private EtcdClient etcd;

	private EtcdResolver resolver;

	private InstanceLists lists;

	private EtcdReactiveDiscoveryClient client;

	@BeforeEach
	void start() throws IOException {
		Hooks.onErrorDropped(this.dropped::add);
		this.silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.etcd = EtcdClient.connect(EtcdClientSettings.of("http://127.0.0.1:" + this.silent.getLocalPort()));
		this.resolver = EtcdResolver.create(this.etcd, ResolverOptions.defaults());
		this.lists = InstanceLists.of(this.resolver, new ServiceAliases(Map.of()));
		this.client = new EtcdReactiveDiscoveryClient(this.lists, 0);
	}

	@AfterEach
	void close() throws IOException {
		Hooks.resetOnErrorDropped();
		this.lists.close();
		this.resolver.close();
		this.etcd.close();
		this.silent.close();
	}

	@Test
	void aLookupThatIsCancelledWhileItWaitsIsNoError() {
		cancelled(this.client.getInstances("echo"));
		assertThat(this.dropped).isEmpty();
	}

	@Test
	void aLookupOfTheNamesThatIsCancelledWhileItWaitsIsNoError() {
		cancelled(this.client.getServices());
		assertThat(this.dropped).isEmpty();
	}

	/** The lookup that fills the gap is a loser of the race, and is cancelled. */
	@Test
	void aLookupThatLosesARaceAgainstAnotherRegistryIsNoError() {
		assertThat(Flux.firstWithValue(this.client.getServices(), Flux.just("other")).collectList().block())
			.containsExactly("other");
		assertThat(this.dropped).isEmpty();
	}

	@Test
	void othersWhoWaitForTheSameAnswerAreNotCancelled() {
		Flux<?> second = this.client.getInstances("echo");
		cancelled(this.client.getInstances("echo"));
		assertThat(second.collectList().block()).isEmpty();
	}

	private static void cancelled(Flux<?> lookup) {
		Disposable waiting = lookup.subscribe();
		assertThat(waiting.isDisposed()).isFalse();
		waiting.dispose();
	}

}
