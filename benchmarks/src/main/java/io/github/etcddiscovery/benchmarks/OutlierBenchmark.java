package io.github.etcddiscovery.benchmarks;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.probe.TcpProbe;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.spring.EtcdInstanceList;
import io.github.etcddiscovery.spring.outlier.OutlierLifecycle;
import io.github.etcddiscovery.spring.outlier.OutlierOptions;
import io.github.etcddiscovery.spring.outlier.Outliers;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.CompletionContext;
import org.springframework.cloud.client.loadbalancer.DefaultRequest;
import org.springframework.cloud.client.loadbalancer.DefaultResponse;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.RequestData;
import org.springframework.cloud.client.loadbalancer.RequestDataContext;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.client.loadbalancer.ResponseData;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.util.LinkedMultiValueMap;

/**
 * What outlier detection adds to each choice and to each call, without etcd: at most 2 ns
 * a choice while nobody is ejected, at most 200 ns at the end of a call, and no garbage.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else.
public class OutlierBenchmark {

	/** How many of the instances are ejected. */
	@Param({ "0", "1" })
	public int ejected;

	/** How many instances the service has. */
	@Param({ "10", "1000" })
	public int size;

	private TcpProbe probe;

	private Outliers outliers;

	private List<ServiceInstance> listed;

	private OutlierLifecycle lifecycle;

	private Request<Object> request;

	private Response<ServiceInstance> response;

	private CompletionContext<Object, ServiceInstance, Object> report;

	/** Lists the instances and ejects some. */
	@Setup
	public void open() {
		List<Instance> instances = IntStream.rangeClosed(1, this.size)
			.mapToObj((port) -> Instance.of(Fleet.SERVICE, "10.0.0.5", port))
			.toList();
		this.probe = new TcpProbe("benchmark-probe", Runnable::run);
		this.outliers = Outliers.create(OutlierOptions.defaults(), this.probe);
		this.listed = EtcdInstanceList.of(Fleet.SERVICE,
				new ServiceSnapshot(Fleet.SERVICE, 1, instances, ServiceSnapshot.State.READ));
		this.outliers.withoutEjected(Fleet.SERVICE, this.listed);
		IntStream.rangeClosed(1, this.ejected).forEach((port) -> this.outliers.eject("10.0.0.5:" + port));
		int left = this.outliers.withoutEjected(Fleet.SERVICE, this.listed).size();
		if (left != this.size - this.ejected) {
			throw new IllegalStateException(left + " instances are left");
		}
		prepareCall();
	}

	/** What Spring Cloud's clients make for a call and for its end. */
	private void prepareCall() {
		RequestData data = new RequestData(HttpMethod.GET, URI.create("http://" + Fleet.SERVICE + "/"),
				HttpHeaders.EMPTY, new LinkedMultiValueMap<>(), Map.of());
		this.lifecycle = new OutlierLifecycle(this.outliers, OutlierOptions.defaults().statuses());
		this.request = new DefaultRequest<>(new RequestDataContext(data));
		this.response = new DefaultResponse(this.listed.get(this.size - 1));
		this.report = new CompletionContext<>(CompletionContext.Status.SUCCESS, this.request, this.response,
				new ResponseData(HttpStatus.OK, HttpHeaders.EMPTY, new LinkedMultiValueMap<>(), data));
	}

	/** Ends the threads. */
	@TearDown
	public void close() {
		this.outliers.close();
		this.probe.close();
	}

	/**
	 * What a choice costs that is not looked at, to be taken off the next.
	 * @return the list
	 */
	@Benchmark
	public List<ServiceInstance> listed() {
		return this.listed;
	}

	/**
	 * What each choice asks where a service's list is fetched by blocking clients.
	 * @return the list without the ejected
	 */
	@Benchmark
	public List<ServiceInstance> withoutEjected() {
		boolean around = mayBeForWantOfEjected();
		List<ServiceInstance> left = this.outliers.withoutEjected(Fleet.SERVICE, this.listed);
		return around ? this.listed : left;
	}

	/**
	 * What each choice asks where it is fetched by reactive clients.
	 * @return the list, which nobody is left out of
	 */
	@Benchmark
	public List<ServiceInstance> wantsList() {
		boolean around = mayBeForWantOfEjected();
		boolean wanted = this.outliers.wantsList(Fleet.SERVICE);
		return (around || wanted) ? List.of() : this.listed;
	}

	/** What is asked first, by whatever stands around a user's suppliers. */
	private boolean mayBeForWantOfEjected() {
		return !this.outliers.isNobodyEjected() && this.outliers.wantsList(Fleet.SERVICE);
	}

	/** What is told at the beginning and at the end of each call that is answered. */
	@Benchmark
	public void call() {
		this.lifecycle.onStartRequest(this.request, this.response);
		this.lifecycle.onComplete(this.report);
	}

	/** The same, where all call the same instance. */
	@Benchmark
	@Threads(16)
	public void callOfOneInstanceBySixteenThreads() {
		call();
	}

}
