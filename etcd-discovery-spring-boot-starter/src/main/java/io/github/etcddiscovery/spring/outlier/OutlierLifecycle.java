package io.github.etcddiscovery.spring.outlier;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.CompletionContext;
import org.springframework.cloud.client.loadbalancer.CompletionContext.Status;
import org.springframework.cloud.client.loadbalancer.LoadBalancerLifecycle;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.RequestData;
import org.springframework.cloud.client.loadbalancer.RequestDataContext;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.client.loadbalancer.TimedRequestContext;
import org.springframework.http.HttpHeaders;

/**
 * Hears from each load-balanced client of Spring Cloud when a call begins and what it has
 * come to. The begin of a call is kept in the context of its request, as Spring Cloud's
 * own meters do, so that nothing is allocated for it. Any thread.
 */
public final class OutlierLifecycle implements LoadBalancerLifecycle<Object, Object, ServiceInstance> {

	/** What the context holds where no call has begun. */
	private static final long NOT_BEGUN = 0;

	/** In lower case, so that nothing is allocated to look for it. */
	private static final String UPGRADE = "upgrade";

	private final Outliers outliers;

	private final Classification classification;

	/**
	 * Creates the listener.
	 * @param outliers who learns from what is heard
	 * @param badStatuses the statuses that count against an instance
	 */
	public OutlierLifecycle(Outliers outliers, Set<Integer> badStatuses) {
		this.outliers = outliers;
		this.classification = new Classification(badStatuses);
	}

	/** Whatever the client's request and response are: the blocking one has neither. */
	@Override
	@SuppressWarnings("rawtypes")
	public boolean supports(Class requestContextClass, Class responseClass, Class serverTypeClass) {
		return ServiceInstance.class.isAssignableFrom(serverTypeClass);
	}

	/** Nobody has been chosen yet. */
	@Override
	public void onStart(Request<Object> request) {
	}

	@Override
	public void onStartRequest(Request<Object> request, Response<ServiceInstance> response) {
		ServiceInstance chosen = server(response);
		if (chosen != null && request.getContext() instanceof TimedRequestContext context) {
			long now = this.outliers.now();
			context.setRequestStartTime(now);
			if (isSession(context)) {
				this.outliers.sessionBegan(chosen, now);
			}
			else {
				this.outliers.began(chosen, now);
			}
		}
	}

	/** Tells whether it is a WebSocket through a Gateway, which lasts. */
	private static boolean isSession(TimedRequestContext context) {
		RequestData request = (context instanceof RequestDataContext data) ? data.getClientRequest() : null;
		HttpHeaders headers = (request != null) ? request.getHeaders() : null;
		return headers != null && "websocket".equalsIgnoreCase(headers.getFirst(UPGRADE));
	}

	@Override
	public void onComplete(CompletionContext<Object, ServiceInstance, Object> report) {
		ServiceInstance chosen = server(report.getLoadBalancerResponse());
		if (chosen != null && report.status() != Status.DISCARD
				&& report.getLoadBalancerRequest().getContext() instanceof TimedRequestContext context
				&& context.getRequestStartTime() != NOT_BEGUN) {
			this.outliers.ended(chosen, context.getRequestStartTime(), this.classification.outcome(report),
					report.getThrowable());
		}
	}

	private static @Nullable ServiceInstance server(@Nullable Response<ServiceInstance> response) {
		return (response != null) ? response.getServer() : null;
	}

}
