package io.github.etcddiscovery.spring.autoconfigure;

import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains a property that cannot be right. Comes before Boot's own analyzer of binding,
 * which would tell the class that could not be made, but not what to do.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidEtcdPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidEtcdPropertyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidEtcdPropertyException cause) {
		return new FailureAnalysis(cause.getMessage(), "Correct " + cause.property() + ".", cause);
	}

}
