package io.github.etcddiscovery.spring.outlier;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.CompletionContext;
import org.springframework.cloud.client.loadbalancer.CompletionContext.Status;
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
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a choice and a call cost is counted, not timed: the times are in the benchmarks.
 */
class CostTests {

	private static final int CALLS = 10_000;

	private final Rig rig = new Rig(100);

	@Test
	void aChoiceAllocatesNothingWhileNobodyIsEjected() {
		assertAllocatesNothing(() -> this.rig.outliers.withoutEjected(Rig.ECHO, this.rig.listed()));
	}

	@Test
	void norWhileSomebodyIs() {
		this.rig.found.put(1, Answer.REFUSED);
		this.rig.call(1, Outcome.UNREACHABLE);
		assertThat(this.rig.shown()).hasSize(99);
		assertAllocatesNothing(() -> this.rig.outliers.withoutEjected(Rig.ECHO, this.rig.listed()));
	}

	@Test
	void norDoesTheQuestionWhetherAListIsWanted() {
		assertAllocatesNothing(() -> this.rig.outliers.wantsList(Rig.ECHO));
		assertAllocatesNothing(this.rig.outliers::isNobodyEjected);
		assertAllocatesNothing(() -> this.rig.outliers.ejectedOf(Rig.ECHO));
	}

	@Test
	void aCallThatIsAnsweredAllocatesNothing() {
		List<ServiceInstance> listed = this.rig.listed();
		int[] next = { 0 };
		assertAllocatesNothing(() -> {
			ServiceInstance chosen = listed.get(next[0]++ % 100);
			long startedAt = this.rig.now();
			this.rig.outliers.began(chosen, startedAt);
			this.rig.outliers.ended(chosen, startedAt, Outcome.ANSWERED, null);
			this.rig.outliers.began(chosen, startedAt);
			this.rig.outliers.ended(chosen, startedAt, Outcome.ALIVE, null);
		});
	}

	/** Through what Spring Cloud tells, each with what its client reports. */
	@Test
	void norDoWhatIsHeardOfItAndWhatThatSays() {
		RequestData data = new RequestData(HttpMethod.GET, URI.create("http://echo/"), new HttpHeaders(),
				new LinkedMultiValueMap<>(), Map.of());
		Request<Object> request = new DefaultRequest<>(new RequestDataContext(data));
		Response<ServiceInstance> response = new DefaultResponse(this.rig.at(1));
		OutlierLifecycle lifecycle = new OutlierLifecycle(this.rig.outliers, Set.of(503));
		CompletionContext<Object, ServiceInstance, Object> reactive = new CompletionContext<>(Status.SUCCESS, request,
				response, new ResponseData(HttpStatus.OK, HttpHeaders.EMPTY, new LinkedMultiValueMap<>(), data));
		CompletionContext<Object, ServiceInstance, Object> mvc = new CompletionContext<>(Status.SUCCESS, request,
				response, ServerResponse.ok().build());
		assertAllocatesNothing(() -> {
			lifecycle.onStartRequest(request, response);
			lifecycle.onComplete(reactive);
			lifecycle.onStartRequest(request, response);
			lifecycle.onComplete(mvc);
		});
	}

	/**
	 * The compiler of the JVM leaves a few bytes now and then; a call would each time.
	 */
	private static void assertAllocatesNothing(Runnable call) {
		Runnable calls = () -> {
			for (int i = 0; i < CALLS; i++) {
				call.run();
			}
		};
		calls.run();
		Runnable nothing = () -> {
		};
		long idle = IntStream.range(0, 5).mapToLong((round) -> allocatedBy(nothing)).min().orElseThrow();
		assertThat(IntStream.range(0, 5).mapToLong((round) -> allocatedBy(calls)).min()).hasValue(idle);
	}

	private static long allocatedBy(Runnable work) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long self = Thread.currentThread().getId();
		long before = threads.getThreadAllocatedBytes(self);
		work.run();
		return threads.getThreadAllocatedBytes(self) - before;
	}

}
