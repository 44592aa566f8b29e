package io.github.etcddiscovery.interop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An operator gives a Java server another weight by etcdctl, and Go callers see it at
 * once.
 */
@WithGo
class EditedWeightIT {

	private static final Duration AT_ONCE = Duration.ofMillis(100);

	/**
	 * Kitex's resolver is not told but asked, by its client every 5 s, by our program
	 * this often.
	 */
	private static final Duration KITEX_PAUSE = Duration.ofMillis(100);

	private static final int WEIGHT = 20;

	private static final int EDITS = 3;

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	static Stream<Arguments> formats() {
		return Stream.of(Arguments.of(Format.KITEX, "weight=%d", AT_ONCE.plus(KITEX_PAUSE)),
				Arguments.of(Format.HERTZ, "weight=%d", AT_ONCE), Arguments.of(Format.GRPC, "\"weight\":%d", AT_ONCE),
				Arguments.of(Format.KRATOS, "weight=%d", AT_ONCE));
	}

	/** The fastest of some: a busy machine can make each of them late. */
	@ParameterizedTest(name = "{0}")
	@MethodSource("formats")
	void aGoCallerSeesAnotherWeightAtOnce(Format format, String seen, Duration atOnce, GoPrograms go) throws Exception {
		try (Scene scene = new Scene(format.fresh(), go, etcd.endpoint())) {
			PeerProcess client = scene.goClient();
			Registration server = scene.javaServer("127.0.0.1");
			server.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
			// A weight that is everybody's is not in the values of each format.
			server.update((instance) -> instance.withWeight(WEIGHT));
			client.awaitInstances((all) -> all.contains(seen.formatted(WEIGHT)));

			long fastest = LongStream.rangeClosed(1, EDITS).map((edit) -> {
				long weight = WEIGHT + edit;
				edit(server, weight);
				long since = System.nanoTime();
				client.awaitInstances((all) -> all.contains(seen.formatted(weight)));
				return System.nanoTime() - since;
			}).min().orElseThrow();

			System.out.printf("A Go caller of %s saw another weight after %d us%n", format, fastest / 1000);
			assertThat(Duration.ofNanos(fastest)).isLessThan(atOnce);
			Scene.patiently().until(() -> server.instance().weight() == WEIGHT + EDITS);
		}
	}

	private static void edit(Registration server, long weight) {
		String key = server.keys().get(0).key();
		String value = etcd.get(key).orElseThrow().replaceFirst("(\"weight\":\"?)\\d+", "$1" + weight);
		etcd.etcdctl("put", "--ignore-lease", "--", key, value);
	}

}
