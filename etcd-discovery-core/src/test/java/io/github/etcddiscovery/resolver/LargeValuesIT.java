package io.github.etcddiscovery.resolver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Somebody has filled the prefix with values that are larger than any reader's memory.
 */
@Tag("long")
class LargeValuesIT {

	private static final int LARGE = 400;

	private static final Bytes MEGABYTE = Bytes.of(new byte[1_000_000]);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void goodInstancesAreSeenAsIfTheyWereAlone() throws Exception {
		try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()))) {
			for (int i = 0; i < LARGE; i++) {
				put(client, Rig.KITEX.prefix() + "/good/10.0.1." + i + ":80", MEGABYTE);
			}
			for (int i = 1; i <= 3; i++) {
				Instance good = Rig.instance("good", i);
				put(client, Rig.KITEX.key(good).strictUtf8(), Rig.KITEX.codec().value(good));
			}
		}
		assertThat(runSmallReader().lines())
			.containsExactly("3 instances of [good], READ, 400 too large, stale for PT0S".repeat(3).split("(?<=PT0S)"));
	}

	private static void put(EtcdClient client, String key, Bytes value) throws Exception {
		client.commit(new Write.Put(Bytes.utf8(key), value, 0, 0)).get(10, TimeUnit.SECONDS);
	}

	private static String runSmallReader() throws IOException, InterruptedException {
		Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx64m",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), SmallReader.class.getName(),
				etcd.endpoint())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (!process.waitFor(60, TimeUnit.SECONDS)) {
			process.destroyForcibly();
		}
		return printed;
	}

	/**
	 * A process of its own, with little memory, in which three resolvers read everything.
	 */
	static final class SmallReader {

		private SmallReader() {
		}

		public static void main(String[] arguments) throws Exception {
			for (int i = 0; i < 3; i++) {
				AtomicInteger tooLarge = new AtomicInteger();
				ResolverOptions options = ResolverOptions.defaults().withObserver(new DiscoveryObserver() {

					@Override
					public void rejected(String reason) {
						if (reason.equals("too_large")) {
							tooLarge.incrementAndGet();
						}
					}

				});
				try (EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(arguments[0]));
						EtcdResolver resolver = EtcdResolver.create(client, options)) {
					await().atMost(Duration.ofSeconds(30)).until(() -> isRead(resolver));
					ServiceSnapshot good = resolver.snapshot("good");
					System.out.println(good.instances().size() + " instances of " + resolver.services() + ", "
							+ good.state() + ", " + tooLarge + " too large, stale for " + resolver.staleFor());
				}
			}
		}

		private static boolean isRead(EtcdResolver resolver) {
			return resolver.snapshot("good").state() == ServiceSnapshot.State.READ && resolver.staleFor().isZero();
		}

	}

}
