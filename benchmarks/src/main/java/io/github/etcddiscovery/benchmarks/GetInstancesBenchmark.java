package io.github.etcddiscovery.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
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

/**
 * Looks up a service that is known, against a real etcd: at most 20 ns and no garbage are
 * allowed, however many instances there are.
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

	/** Registers and reads the instances. */
	@Setup
	public void open() {
		this.fleet = new Fleet(this.size);
		this.etcd = this.fleet.connect();
		this.resolver = EtcdResolver.create(this.etcd, ResolverOptions.defaults());
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
	 * What a caller asks for.
	 * @return the instances
	 */
	@Benchmark
	public List<Instance> instances() {
		return this.resolver.instances(Fleet.SERVICE);
	}

	/**
	 * What the starter asks for.
	 * @return the snapshot
	 */
	@Benchmark
	public ServiceSnapshot snapshot() {
		return this.resolver.snapshot(Fleet.SERVICE);
	}

}
