package io.github.etcddiscovery.benchmarks;

import java.util.concurrent.TimeUnit;

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

/**
 * Has the load balancer of a Spring application choose an instance, against a real etcd:
 * what a choice costs without outlier detection and slow start, with nobody and with one
 * ejected, and in slow start while nobody and while somebody is young. What Spring Cloud
 * itself does for a choice is in all of them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else.
public class ChoiceBenchmark {

	/** How many instances the service has. */
	@Param({ "10", "1000" })
	public int size;

	/** What is on, and what it has to do. */
	@Param
	public Case with;

	private Fleet fleet;

	private SpringConsumer consumer;

	/** Registers the instances, the last of them late where somebody is to be young. */
	@Setup
	public void open() throws InterruptedException {
		boolean young = this.with == Case.ONE_IS_YOUNG;
		this.fleet = new Fleet(young ? this.size - 1 : this.size);
		this.consumer = new SpringConsumer(this.fleet.endpoint(), this.with.property);
		this.consumer.getInstances();
		if (young) {
			this.fleet.write(this.size - 1, 10);
			this.fleet.awaitWrites();
		}
		awaitBalanced(this.size);
		if (this.with == Case.ONE_IS_EJECTED) {
			this.consumer.eject(this.consumer.choose());
			awaitBalanced(this.size - 1);
		}
	}

	private void awaitBalanced(int instances) throws InterruptedException {
		for (int tries = 0; this.consumer.balanced().size() != instances; tries++) {
			if (tries > 500) {
				throw new IllegalStateException("not these instances are chosen from, but " + this.consumer.balanced());
			}
			Thread.sleep(10);
		}
	}

	/** Closes everything. */
	@TearDown
	public void close() {
		this.consumer.close();
		this.fleet.close();
	}

	/**
	 * What a balanced call begins with.
	 * @return the instance
	 */
	@Benchmark
	public ServiceInstance choose() {
		return this.consumer.choose();
	}

	/** What is on, and what it has to do. */
	public enum Case {

		/** The floor: neither outlier detection nor slow start. */
		NOTHING("etcd.discovery.loadbalancer.outlier-detection.enabled=false"),

		/** The default: nobody has failed. */
		NOBODY_IS_EJECTED("etcd.discovery.loadbalancer.outlier-detection.enabled=true"),

		/** One of the instances is left out. */
		ONE_IS_EJECTED("etcd.discovery.loadbalancer.outlier-detection.enabled=true"),

		/** Slow start is on, and nobody has just appeared. */
		NOBODY_IS_YOUNG("etcd.discovery.loadbalancer.slow-start.window=1d"),

		/** Slow start is on, and one has just appeared. */
		ONE_IS_YOUNG("etcd.discovery.loadbalancer.slow-start.window=1d");

		private final String property;

		Case(String property) {
			this.property = property;
		}

	}

}
