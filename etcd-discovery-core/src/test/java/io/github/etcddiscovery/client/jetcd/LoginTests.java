package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClientSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of a login where there is no memory for a timer. */
class LoginTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final AtomicInteger timers = new AtomicInteger();

	private final Threads threads = new Threads(new ScheduledThreadPoolExecutor(1) {

		@Override
		public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
			if (LoginTests.this.timers.getAndDecrement() <= 0) {
				throw new InternalError("as a test has it");
			}
			return super.schedule(task, delay, unit);
		}

	}, System::nanoTime);

	private final EtcdClientSettings settings = EtcdClientSettings.of("http://127.0.0.1:1")
		.withCredentials(() -> new Credentials("user", "password"));

	private final Connections connections = new Connections(this.settings, (builder) -> {
	}, this.threads, Duration.ofHours(1));

	private final Login login = new Login(this.settings, this.connections, this.threads);

	@AfterEach
	void close() {
		this.login.close();
		this.connections.close();
		this.threads.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void aLoginThatNoTimerCanGuardFailsAndTheNextCallLogsInAnew(int timers) {
		this.timers.set(timers);
		assertThat(this.login.token()).failsWithin(SOON)
			.withThrowableThat()
			.havingRootCause()
			.withMessage("as a test has it");
		this.timers.set(100);
		assertThat(this.login.token()).failsWithin(SOON)
			.withThrowableThat()
			.havingRootCause()
			.withMessageContaining("Connection refused");
	}

}
