package io.github.etcddiscovery.interop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What only a real Kitex can show: where it fails, we do not, and what it fails at we
 * make up for. The numbers are those of the defects in the reference.
 */
@WithGo
@Tag("long")
class KitexPeerIT {

	/** What the documents advise for callers that ask every 5 s. */
	private static final Duration DRAIN_DELAY = Duration.ofSeconds(6);

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void d24Ipv6AddressThatKitexItselfCannotDialIsCalledHere(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.KITEX.fresh(), go, etcd.endpoint())) {
			EtcdResolver resolver = scene.resolver();
			String address = scene.goServer("::1").await("registered");
			String port = address.substring(address.lastIndexOf(':') + 1);
			assertThat(etcd.etcdctl("get", "--prefix", "kitex/")).contains("\"address\":\"::1:" + port + "\"");

			PeerProcess client = scene.goClient();
			client.awaitInstances((all) -> all.contains("::1:" + port));
			assertThat(client.call("hello")).startsWith("refused").contains("too many colons in address");

			Instance found = Scene.patiently().until(() -> scene.instances(resolver), (all) -> !all.isEmpty()).get(0);
			assertThat(Format.KITEX.protocol().call(found, "hello")).isEqualTo("go: hello");
		}
	}

	@Test
	void d29EmptyPrefixOfTheDeprecatedConstructorsIsReadAndWritten(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.KITEX_DEPRECATED.fresh(), go, etcd.endpoint())) {
			EtcdResolver resolver = scene.resolver();
			String address = scene.goServer("127.0.0.1").await("registered");
			Registration server = scene.javaServer("127.0.0.1");

			PeerProcess client = scene.goClient();
			client.awaitInstances((all) -> all.contains(server.instance().address()) && all.contains(address));
			Scene.patiently().until(() -> scene.instances(resolver).size() == 2);
			assertThat(etcd.etcdctl("get", "--prefix", "--keys-only", "/")).contains(
					"/" + scene.service() + "/" + server.instance().address(), "/" + scene.service() + "/" + address);
		}
	}

	/** Kitex asks every 5 s, and until then calls who has left. */
	@Test
	void d31PollingCallerLosesNoCallOfAServerThatGoesOnForTheDrainDelay(GoPrograms go) throws Exception {
		try (Scene scene = new Scene(Format.KITEX.fresh(), go, etcd.endpoint());
				Protocol.Served leaving = Format.KITEX.protocol().serve("127.0.0.1", "leaving");
				Protocol.Served staying = Format.KITEX.protocol().serve("127.0.0.1", "staying")) {
			Registration left = scene.register(leaving, "127.0.0.1");
			Registration stays = scene.register(staying, "127.0.0.1");
			left.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
			stays.whenRegistered().toCompletableFuture().get(10, TimeUnit.SECONDS);
			PeerProcess client = scene.goClient();
			assertThat(client.call("hello")).startsWith("answer");

			left.close();
			Duration called = lastCall(client, "leaving");
			leaving.close();
			System.out.printf("Kitex called a server for %d ms after it had left%n", called.toMillis());
			assertThat(called).isLessThan(DRAIN_DELAY);
			for (int call = 0; call < 20; call++) {
				assertThat(client.call("hello")).isEqualTo("answer staying: hello");
			}
		}
	}

	/**
	 * Calls for as long as the drain delay, and tells when the last call met a server.
	 */
	private static Duration lastCall(PeerProcess client, String server) {
		long start = System.nanoTime();
		long last = start;
		while (System.nanoTime() - start < DRAIN_DELAY.toNanos()) {
			String outcome = client.call("hello");
			assertThat(outcome).startsWith("answer");
			if (outcome.startsWith("answer " + server)) {
				last = System.nanoTime();
			}
		}
		return Duration.ofNanos(last - start);
	}

}
