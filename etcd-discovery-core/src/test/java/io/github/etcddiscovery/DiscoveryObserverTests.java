package io.github.etcddiscovery;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;

import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.test.Thrown;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class DiscoveryObserverTests {

	static Stream<Throwable> anything() {
		return Stream.of(new IllegalStateException("a defect"), new IOException("checked, as Kotlin may throw it"),
				new StackOverflowError("endless"), new NoClassDefFoundError("missing"), new Error("not implemented"));
	}

	@ParameterizedTest
	@MethodSource("anything")
	void whateverAnObserverThrowsIsLoggedAndGoesNoFurther(Throwable thrown) {
		DiscoveryObserver guarded = new Throwing(thrown).guarded();
		try (LoggedLines log = new LoggedLines(DiscoveryObserver.class.getName())) {
			guarded.registerAttempt(Duration.ZERO, null);
			guarded.renewal(Duration.ZERO, null);
			guarded.registrationState("echo", "key", "REGISTERING", "REGISTERED");
			guarded.watchEvents(1);
			guarded.resync("lost");
			guarded.rejected("garbage");
			guarded.instances("echo", 1);
			assertThat(log.at("WARN")).hasSize(7).allMatch((line) -> line.contains("observer"));
		}
	}

	private record Throwing(Throwable thrown) implements DiscoveryObserver {

		@Override
		public void registerAttempt(Duration took, @Nullable Throwable failure) {
			throw Thrown.undeclared(this.thrown);
		}

		@Override
		public void renewal(Duration took, @Nullable Throwable failure) {
			throw Thrown.undeclared(this.thrown);
		}

		@Override
		public void registrationState(String service, String key, String from, String to) {
			throw Thrown.undeclared(this.thrown);
		}

		@Override
		public void watchEvents(int count) {
			throw Thrown.undeclared(this.thrown);
		}

		@Override
		public void resync(String reason) {
			throw Thrown.undeclared(this.thrown);
		}

		@Override
		public void rejected(String reason) {
			throw Thrown.undeclared(this.thrown);
		}

		@Override
		public void instances(String service, int instances) {
			throw Thrown.undeclared(this.thrown);
		}

	}

}
