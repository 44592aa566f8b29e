package io.github.etcddiscovery.spring.autoconfigure;

import java.util.Arrays;

import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/** A start that bad properties have stopped, and what the user is told. */
final class FailedStart {

	private FailedStart() {
	}

	/** What an application with a name and these properties of ours says. */
	static String with(String... settings) {
		return of(Contexts.client()
			.withPropertyValues(
					Arrays.stream(settings).map((setting) -> "etcd.discovery." + setting).toArray(String[]::new)));
	}

	static String of(ApplicationContextRunner application) {
		StringBuilder message = new StringBuilder();
		application.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			message.append(analysis.getDescription()).append('\n').append(analysis.getAction());
		});
		return message.toString();
	}

	/** The way Boot asks its analyzers: the first that knows the failure wins. */
	static FailureAnalysis analyze(Throwable failure) {
		FailureAnalysis analysis = Analyses.of(failure);
		assertThat(analysis).as("analysis of %s", failure).isNotNull();
		if (analysis.getCause() instanceof InvalidEtcdPropertyException) {
			assertThat(analysis.getAction()).startsWith("Correct ");
		}
		return analysis;
	}

}
