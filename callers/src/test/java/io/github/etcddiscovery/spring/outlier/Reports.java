package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.CompletionContext;
import org.springframework.cloud.client.loadbalancer.LoadBalancerLifecycle;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.Response;

/** Keeps what the clients of Spring Cloud report of their calls. */
final class Reports implements LoadBalancerLifecycle<Object, Object, ServiceInstance> {

	private final Classification classification = new Classification(Set.of(502, 503, 504));

	/** The threads on which calls have begun. */
	private final BlockingQueue<Thread> begun = new LinkedBlockingQueue<>();

	private final BlockingQueue<CompletionContext<Object, ServiceInstance, Object>> ended = new LinkedBlockingQueue<>();

	void forget() {
		this.begun.clear();
		this.ended.clear();
	}

	/** Returns the thread on which the next call has begun. */
	Thread awaitBegin() throws InterruptedException {
		Thread thread = this.begun.poll(10, TimeUnit.SECONDS);
		assert thread != null : "no call has begun";
		return thread;
	}

	/** What the next report says, and what was thrown, for whoever reads a red test. */
	Told next(Duration atMost) throws InterruptedException {
		CompletionContext<Object, ServiceInstance, Object> report = this.ended.poll(atMost.toMillis(),
				TimeUnit.MILLISECONDS);
		return (report != null) ? new Told(this.classification.outcome(report), describe(report))
				: new Told(null, "no report");
	}

	private static String describe(CompletionContext<?, ?, ?> report) {
		StringBuilder text = new StringBuilder().append(report.getClientResponse());
		for (Throwable cause = report.getThrowable(); cause != null; cause = cause.getCause()) {
			text.append(" <- ").append(cause);
		}
		return text.toString();
	}

	@Override
	public void onStart(Request<Object> request) {
	}

	@Override
	public void onStartRequest(Request<Object> request, Response<ServiceInstance> response) {
		this.begun.add(Thread.currentThread());
	}

	@Override
	public void onComplete(CompletionContext<Object, ServiceInstance, Object> report) {
		this.ended.add(report);
	}

	/** A null outcome is that of a call that nobody has reported. */
	record Told(@Nullable Outcome outcome, String reported) {

	}

}
