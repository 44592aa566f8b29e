package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.test.TcpProxy.Direction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.test.OwnThreads.OWN_THREADS;
import static io.github.etcddiscovery.test.ProxyRig.assertReset;
import static io.github.etcddiscovery.test.ProxyRig.echo;
import static io.github.etcddiscovery.test.ProxyRig.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class TcpProxyCloseTests {

	@RegisterExtension
	final ProxyRig rig = new ProxyRig();

	@Test
	void closeMayBeCalledTwiceAndLeavesNoThread() {
		this.rig.proxy.close();
		this.rig.proxy.close();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(this.rig::connect);
		assertThatExceptionOfType(EtcdException.class).isThrownBy(this.rig.proxy::heal)
			.withMessageContaining("is closed");
		String name = "tcp-proxy-" + this.rig.proxy.port();
		await().atMost(Duration.ofSeconds(20))
			.until(() -> Thread.getAllStackTraces().keySet().stream().noneMatch((t) -> t.getName().equals(name)));
	}

	@Test
	void closeResetsConnectionsWhateverHoldsThem() throws IOException {
		this.rig.proxy.stall();
		try (Socket client = this.rig.connect()) {
			send(client, "held");
			this.rig.proxy.close();
			assertReset(client);
		}
	}

	@Test
	void thePortIsFreeAfterwards() throws IOException {
		int port = this.rig.proxy.port();
		this.rig.proxy.close();
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			assertThat(socket.isBound()).isTrue();
		}
	}

	@Test
	void faultsOfManyThreadsFollowEachOther() throws Exception {
		List<CompletableFuture<Void>> threads = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			threads.add(CompletableFuture.runAsync(() -> {
				for (int round = 0; round < 50; round++) {
					this.rig.proxy.cut();
					this.rig.proxy.stall();
					this.rig.proxy.drop(Direction.TO_SERVER);
					this.rig.proxy.delay(Duration.ofMillis(1));
					this.rig.proxy.heal();
				}
			}, OWN_THREADS));
		}
		CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
		this.rig.proxy.heal();
		try (Socket client = this.rig.connect()) {
			assertThat(echo(client, "after")).isEqualTo("after");
		}
	}

}
