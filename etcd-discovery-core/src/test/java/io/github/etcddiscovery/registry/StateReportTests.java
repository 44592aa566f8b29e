package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a line of the log says to who has not read the documentation.
 */
class StateReportTests {

	private final EtcdDiscoveryException noAnswer = new EtcdDiscoveryException(Kind.UNAVAILABLE,
			"put of " + RegistryRig.KEY + " under lease 7 failed at http://a:1: no answer within 3 s", null);

	private final StateReport report = new StateReport("echo", "kitex", Bytes.utf8(RegistryRig.KEY),
			DiscoveryObserver.NONE);

	@Test
	void failedSaysHowOftenAndThatItGoesOn() {
		assertThat(line(() -> enterFailed(false))).isEqualTo("Registration of echo is FAILED: 5 attempts have failed, "
				+ "still trying (retry.on-exhausted=continue); the last: " + this.noAnswer.getMessage());
	}

	@Test
	void failedForGoodSaysWhatStartsItAgain() {
		assertThat(line(() -> enterFailed(true)))
			.contains("given up until somebody resumes or updates it (retry.on-exhausted=stop)");
	}

	@Test
	void uncertainSaysWhatItMeansForCallersAndWhatToCheck() {
		assertThat(line(() -> this.report.entered(RegistrationState.UNCERTAIN, 0, StateReport.NO_RENEWAL)))
			.startsWith("Registration of echo as " + RegistryRig.KEY + " is UNCERTAIN: no renewal")
			.contains("Callers still see the instance until the lease ends", "check that etcd is up");
	}

	@Test
	void theKeyIsNamedOnceAlsoWhereTheFailureNamesIt() {
		assertThat(line(() -> this.report.removalFailed(1, this.noAnswer)))
			.isEqualTo("Removal of echo has had no success yet and goes on: " + this.noAnswer.getMessage());
		assertThat(line(() -> this.report.updateFailed(1,
				new EtcdDiscoveryException(Kind.UNAVAILABLE, "grant of a lease failed", null))))
			.isEqualTo("Update of echo as " + RegistryRig.KEY
					+ " has had no success yet and goes on: grant of a lease failed");
	}

	private void enterFailed(boolean stop) {
		this.report.entered(RegistrationState.FAILED, 5, StateReport.exhausted(5, stop, this.noAnswer));
	}

	private static String line(Runnable report) {
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getName())) {
			report.run();
			assertThat(lines.at("WARN")).hasSize(1);
			return lines.at("WARN").get(0);
		}
	}

}
