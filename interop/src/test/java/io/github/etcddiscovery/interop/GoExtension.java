package io.github.etcddiscovery.interop;

import java.nio.file.Path;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Builds the Go programs once per JVM, and says so where that cannot be done.
 */
class GoExtension implements ExecutionCondition, ParameterResolver {

	private static final Outcome OUTCOME = build(Path.of(System.getProperty("interop.folder", ".")));

	private static Outcome build(Path interop) {
		try {
			return new Outcome(GoPrograms.build(interop), null);
		}
		catch (GoUnavailableException | RuntimeException ex) {
			System.out.println("no Go peers: " + ex.getMessage());
			return new Outcome(null, ex);
		}
	}

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		if (OUTCOME.failure() == null) {
			return ConditionEvaluationResult.enabled("the Go programs are built");
		}
		String reason = OUTCOME.failure().getMessage();
		if (OUTCOME.failure() instanceof RuntimeException || Boolean.getBoolean("interop.required")) {
			throw new IllegalStateException(reason, OUTCOME.failure());
		}
		return ConditionEvaluationResult.disabled(reason);
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == GoPrograms.class;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		return OUTCOME.programs();
	}

	private record Outcome(GoPrograms programs, Exception failure) {

	}

}
