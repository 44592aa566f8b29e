package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.test.TcpProxy.Direction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static io.github.etcddiscovery.test.ProxyRig.echo;
import static io.github.etcddiscovery.test.ProxyRig.millisOf;
import static io.github.etcddiscovery.test.ProxyRig.read;
import static io.github.etcddiscovery.test.ProxyRig.send;
import static io.github.etcddiscovery.test.ProxyRig.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class TcpProxyDelayTests {

	@RegisterExtension
	final ProxyRig rig = new ProxyRig();

	@Test
	void delayHoldsInEachDirectionAndAddsUpOncePerRoundTrip() throws IOException {
		this.rig.proxy.delay(Duration.ofMillis(400));
		try (Socket client = this.rig.connect()) {
			assertThat(millisOf(() -> echo(client, "late"))).isBetween(800L, 2_000L);
			this.rig.proxy.delay(Direction.TO_CLIENT, Duration.ZERO);
			assertThat(millisOf(() -> echo(client, "less late"))).isBetween(400L, 799L);
		}
	}

	@Test
	void delayDoesNotLimitThroughput() throws Exception {
		this.rig.proxy.delay(Duration.ofMillis(100));
		byte[] sent = new byte[3_000_000];
		try (Socket client = this.rig.connect()) {
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(client, sent), OWN_THREADS);
			assertThat(millisOf(() -> client.getInputStream().readNBytes(sent.length))).isBetween(200L, 2_000L);
			writer.get(5, TimeUnit.SECONDS);
		}
	}

	@Test
	void delayHoldsForConnectionsThatExist() throws IOException {
		try (Socket client = this.rig.connect()) {
			echo(client, "quick");
			this.rig.proxy.delay(Direction.TO_SERVER, Duration.ofMillis(300));
			assertThat(millisOf(() -> echo(client, "late"))).isGreaterThanOrEqualTo(300);
		}
	}

	@Test
	void whatIsOnItsWayKeepsItsDelayAndItsOrder() throws IOException {
		try (Socket client = this.rig.connect()) {
			this.rig.proxy.delay(Direction.TO_SERVER, Duration.ofMillis(300));
			send(client, "first");
			await().atMost(Duration.ofSeconds(20)).until(() -> this.rig.proxy.connections() == 1);
			this.rig.proxy.delay(Direction.TO_SERVER, Duration.ZERO);
			send(client, "second");
			assertThat(read(client, 11)).isEqualTo("firstsecond");
		}
	}

	@Test
	void healingEndsTheDelay() throws IOException {
		this.rig.proxy.delay(Duration.ofSeconds(20));
		this.rig.proxy.heal();
		try (Socket client = this.rig.connect()) {
			assertThat(millisOf(() -> echo(client, "quick"))).isLessThan(5_000);
		}
	}

	@Test
	void theEndIsAsLateAsTheBytesBeforeIt() throws IOException {
		this.rig.proxy.delay(Direction.TO_SERVER, Duration.ofMillis(300));
		try (Socket client = this.rig.connect()) {
			send(client, "last words");
			client.shutdownOutput();
			assertThat(millisOf(() -> client.getInputStream().readAllBytes())).isGreaterThanOrEqualTo(250);
		}
	}

}
