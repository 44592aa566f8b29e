package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.test.TcpProxy.Direction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static io.github.etcddiscovery.test.ProxyRig.assertReset;
import static io.github.etcddiscovery.test.ProxyRig.assertSilent;
import static io.github.etcddiscovery.test.ProxyRig.echo;
import static io.github.etcddiscovery.test.ProxyRig.read;
import static io.github.etcddiscovery.test.ProxyRig.send;
import static io.github.etcddiscovery.test.ProxyRig.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Bytes that are kept back or lost, on connections that stay open. */
@Timeout(30)
class TcpProxyStallTests {

	@RegisterExtension
	final ProxyRig rig = new ProxyRig();

	@Test
	void stallAcceptsConnectionsAndPassesTheirBytesOnlyAfterwards() throws IOException {
		this.rig.proxy.stall();
		try (Socket client = this.rig.connect()) {
			send(client, "held");
			assertSilent(client);
			assertThat(this.rig.server.received()).isZero();
			assertThat(this.rig.proxy.connections()).isEqualTo(1);
			this.rig.proxy.heal();
			assertThat(read(client, 4)).isEqualTo("held");
		}
	}

	@Test
	void stallOfTheAnswersLetsRequestsArrive() throws IOException {
		try (Socket client = this.rig.connect()) {
			this.rig.proxy.stall(Direction.TO_CLIENT);
			send(client, "asked");
			await().atMost(Duration.ofSeconds(20)).until(() -> this.rig.server.received() == 5);
			assertSilent(client);
			this.rig.proxy.heal();
			assertThat(read(client, 5)).isEqualTo("asked");
		}
	}

	@Test
	void theEndIsKeptBackToo() throws IOException {
		try (Socket client = this.rig.connect()) {
			echo(client, "before");
			this.rig.proxy.stall();
			client.shutdownOutput();
			assertSilent(client);
			this.rig.proxy.heal();
			assertThat(client.getInputStream().read()).isEqualTo(-1);
		}
	}

	@Test
	void aStalledNetworkIsFullAtSomeTimeAndLosesNothing() throws Exception {
		this.rig.proxy.stall();
		byte[] sent = new byte[40_000_000];
		new Random(7).nextBytes(sent);
		try (Socket client = this.rig.connect()) {
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(client, sent), OWN_THREADS);
			assertSilent(client);
			assertThat(writer).as("the sender has to wait").isNotDone();
			this.rig.proxy.heal();
			assertThat(client.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
			writer.get(5, TimeUnit.SECONDS);
		}
	}

	@Test
	void dropLosesOneDirectionAndHealingResetsWhatLostBytes() throws IOException {
		try (Socket loser = this.rig.connect(); Socket idle = this.rig.connect()) {
			echo(loser, "one");
			echo(idle, "two");
			this.rig.proxy.drop(Direction.TO_SERVER);
			send(loser, "lost");
			assertSilent(loser);
			assertThat(this.rig.server.received()).isEqualTo(6);
			this.rig.proxy.heal();
			assertReset(loser);
			assertThat(echo(idle, "three")).isEqualTo("three");
		}
	}

	@Test
	void dropOfTheAnswersLetsRequestsArrive() throws IOException {
		try (Socket client = this.rig.connect()) {
			this.rig.proxy.drop(Direction.TO_CLIENT);
			send(client, "asked");
			await().atMost(Duration.ofSeconds(20)).until(() -> this.rig.server.received() == 5);
			assertSilent(client);
			this.rig.proxy.heal();
			assertReset(client);
		}
	}

	@Test
	void whatWasStalledIsLostWhenItIsDroppedThen() throws IOException {
		try (Socket client = this.rig.connect()) {
			this.rig.proxy.stall(Direction.TO_SERVER);
			send(client, "held, then lost");
			assertSilent(client);
			this.rig.proxy.drop(Direction.TO_SERVER);
			this.rig.proxy.heal();
			assertReset(client);
		}
		assertThat(this.rig.server.received()).isZero();
	}

	@Test
	void cutEndsAStallForThoseThatWait() throws IOException {
		this.rig.proxy.stall();
		try (Socket client = this.rig.connect()) {
			send(client, "held");
			assertSilent(client);
			this.rig.proxy.cut();
			assertReset(client);
		}
		assertThat(this.rig.server.received()).isZero();
	}

}
