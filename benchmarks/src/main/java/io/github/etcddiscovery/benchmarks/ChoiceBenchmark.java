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
 * what a choice costs with slow start off, with it on while nobody is young, and while
 * somebody is. What Spring Cloud itself does for a choice is in all of them.
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

	/** Whether slow start is off, idle, or under way. */
	@Param({ "off", "idle", "under way" })
	public String slowStart;

	private Fleet fleet;

	private SpringConsumer consumer;

	/** Registers the instances, the last of them late where somebody is to be young. */
	@Setup
	public void open() throws InterruptedException {
		boolean young = this.slowStart.equals("under way");
		this.fleet = new Fleet(young ? this.size - 1 : this.size);
		this.consumer = new SpringConsumer(this.fleet.endpoint(),
				"etcd.discovery.loadbalancer.slow-start.window=" + (this.slowStart.equals("off") ? "0" : "1d"));
		this.consumer.getInstances();
		if (young) {
			this.fleet.write(this.size - 1, 10);
			this.fleet.awaitWrites();
		}
		for (int tries = 0; this.consumer.balanced().size() < this.size; tries++) {
			if (tries > 500) {
				throw new IllegalStateException("not all instances are known");
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

}
