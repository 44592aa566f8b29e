package io.github.etcddiscovery.spring.outlier;

import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

import org.springframework.cloud.client.loadbalancer.CompletionContext;
import org.springframework.cloud.client.loadbalancer.CompletionContext.Status;
import org.springframework.cloud.client.loadbalancer.ResponseData;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.function.AsyncServerResponse;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Tells what the report that a client of Spring Cloud makes of a call says of the
 * instance. Allocates nothing for a call that was answered.
 */
final class Classification {

	private static final boolean MVC = ClassUtils.isPresent("org.springframework.web.servlet.function.ServerResponse",
			Classification.class.getClassLoader());

	/** Where an answer has no status, which says no more than that there is an answer. */
	private static final int NO_STATUS = -1;

	/** What is below is a success, be it a redirection. */
	private static final int FIRST_ERROR = 400;

	private final BitSet badStatuses = new BitSet();

	Classification(Set<Integer> badStatuses) {
		badStatuses.forEach(this.badStatuses::set);
		// Loads that class: when the first failure is that no file can be opened, it is
		// too late, and whoever waits for the end of the call would wait for ever.
		FailedCall.outcome(null);
	}

	Outcome outcome(CompletionContext<?, ?, ?> report) {
		return (report.status() == Status.SUCCESS) ? ofResponse(report.getClientResponse())
				: FailedCall.outcome(report.getThrowable());
	}

	private Outcome ofResponse(@Nullable Object response) {
		int status = NO_STATUS;
		if (response instanceof ResponseData data) {
			HttpStatusCode code = data.getHttpStatus();
			status = (code != null) ? code.value() : NO_STATUS;
		}
		else if (isStillToCome(response)) {
			return Outcome.SAYS_NOTHING;
		}
		else if (MVC) {
			status = GatewayMvc.status(response);
		}
		if (status < FIRST_ERROR) {
			return Outcome.ANSWERED;
		}
		return this.badStatuses.get(status) ? Outcome.BAD_STATUS : Outcome.ALIVE;
	}

	/** Whoever balances something else by hand may return before the call has ended. */
	private static boolean isStillToCome(@Nullable Object response) {
		return response instanceof Future || response instanceof CompletionStage || response instanceof Publisher
				|| (MVC && GatewayMvc.isStillToCome(response));
	}

	/** Loaded only where Spring MVC is there. */
	private static final class GatewayMvc {

		static int status(@Nullable Object response) {
			return (response instanceof ServerResponse answer) ? answer.statusCode().value() : NO_STATUS;
		}

		static boolean isStillToCome(@Nullable Object response) {
			return response instanceof AsyncServerResponse;
		}

	}

}
