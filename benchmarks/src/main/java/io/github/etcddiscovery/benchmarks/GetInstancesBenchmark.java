package io.github.etcddiscovery.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.spring.discovery.EtcdDiscoveryClient;
import io.github.etcddiscovery.spring.ServiceAliases;
import io.github.etcddiscovery.spring.discovery.InstanceLists;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/**
 * Looks up a service that is known, against a real etcd, in core and by Spring Cloud's
 * client: at most 20 ns in core and no garbage are allowed, however many instances there
 * are.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else.
public class GetInstancesBenchmark {

	/** How many instances the service has. */
	@Param({ "10", "100", "1000" })
	public int size;

	private Fleet fleet;

	private EtcdClient etcd;

	private EtcdResolver resolver;

	private DiscoveryClient spring;

	/** Registers and reads the instances. */
	@Setup
	public void open() {
		this.fleet = new Fleet(this.size);
		this.etcd = this.fleet.connect();
		this.resolver = EtcdResolver.create(this.etcd, ResolverOptions.defaults());
		this.spring = new EtcdDiscoveryClient(InstanceLists.of(this.resolver,
				new ServiceAliases(Map.of("music-user", Fleet.SERVICE, "other", "service.other"))), 0);
		int read = this.resolver.instances(Fleet.SERVICE).size();
		if (read != this.size) {
			throw new IllegalStateException("the resolver has read " + read + " instances");
		}
	}

	/** Closes everything. */
	@TearDown
	public void close() {
		this.resolver.close();
		this.etcd.close();
		this.fleet.close();
	}

	/**
	 * What a caller of core asks for.
	 * @return the instances
	 */
	@Benchmark
	public List<Instance> instances() {
		return this.resolver.instances(Fleet.SERVICE);
	}

	/**
	 * What a caller of Spring Cloud asks for, in an application that has aliases.
	 * @return the instances
	 */
	@Benchmark
	public List<ServiceInstance> getInstances() {
		return this.spring.getInstances(Fleet.SERVICE);
	}

	/**
	 * The same by an alias.
	 * @return the instances
	 */
	@Benchmark
	public List<ServiceInstance> getInstancesByAlias() {
		return this.spring.getInstances("music-user");
	}

}
