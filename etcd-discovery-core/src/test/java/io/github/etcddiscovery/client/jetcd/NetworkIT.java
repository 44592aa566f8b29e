package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** Endpoints of every kind, some of them no good. */
class NetworkIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("network/"));

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open) {
			each.close();
		}
	}

	@Test
	void nameIsResolvedToAllItsAddresses() {
		// localhost is ::1 too on most machines, where this etcd does not listen.
		EtcdClient client = connect(List.of("localhost:" + port()));
		for (int i = 0; i < 20; i++) {
			Await.value(client.probe(RANGE));
		}
	}

	@Test
	void ipv6EndpointIsReached() throws IOException {
		ServerSocket server = bound(
				InetAddress.getByAddress(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }));
		assumeThat(server).isNotNull();
		Relay relay = keep(new Relay(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), port())));
		EtcdClient client = connect(List.of("http://[::1]:" + server.getLocalPort()));
		assertThat(Await.value(client.probe(RANGE))).isPositive();
		assertThat(relay.accepted()).isPositive();
	}

	@Test
	void deadEndpointBesideAGoodOneCostsNothing() throws IOException {
		int dead;
		try (ServerSocket socket = new ServerSocket(0)) {
			dead = socket.getLocalPort();
		}
		EtcdClient client = connect(List.of("127.0.0.1:" + dead, etcd.endpoint()));
		long start = System.nanoTime();
		for (int i = 0; i < 50; i++) {
			Await.value(client.probe(RANGE));
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
	}

	@Test
	void unknownHostBesideAGoodEndpointCostsNothing() {
		EtcdClient client = connect(List.of("no-such-host.invalid:2379", etcd.endpoint()));
		for (int i = 0; i < 20; i++) {
			Await.value(client.probe(RANGE));
		}
	}

	@Test
	void unknownHostIsNamed() {
		EtcdDiscoveryException failure = Await.failure(connect(List.of("no-such-host.invalid:2379")).probe(RANGE));
		assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(failure).hasMessageContaining("unknown host no-such-host.invalid");
	}

	@Test
	void blackholedEndpointCostsTheConnectTimeoutAtMost() throws IOException {
		// The deadline of the call is longer than it is waited for.
		EtcdClient client = connect(List.of("127.0.0.1:" + blackhole()), Duration.ofMinutes(5));
		long start = System.nanoTime();
		EtcdDiscoveryException failure = Await.failure(client.probe(RANGE));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(450));
		assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(failure).hasMessageContaining("timed out");
	}

	@Test
	void blackholedEndpointBesideAGoodOneCostsNothing() throws IOException {
		EtcdClient client = connect(List.of("127.0.0.1:" + blackhole(), etcd.endpoint()));
		long start = System.nanoTime();
		for (int i = 0; i < 50; i++) {
			Await.value(client.probe(RANGE));
		}
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
	}

	@Test
	void serverThatNeverSpeaksCostsTheDeadline() throws IOException {
		ServerSocket silent = keep(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
		EtcdDiscoveryException failure = Await
			.failure(connect(List.of("127.0.0.1:" + silent.getLocalPort())).probe(RANGE));
		assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(failure).hasMessageContaining("no answer in time");
	}

	@Test
	void plaintextServerBehindHttpsIsNamed() {
		EtcdDiscoveryException failure = Await.failure(connect(List.of("https://127.0.0.1:" + port())).probe(RANGE));
		assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(failure).hasMessageContaining("TLS");
	}

	private static int port() {
		return URI.create(etcd.endpoint()).getPort();
	}

	private EtcdClient connect(List<String> endpoints) {
		return connect(endpoints, Duration.ofSeconds(3));
	}

	private EtcdClient connect(List<String> endpoints, Duration requestTimeout) {
		return keep(EtcdClient
			.connect(EtcdClientSettings.of(endpoints).withTimeouts(Duration.ofMillis(500), requestTimeout)));
	}

	private <T extends AutoCloseable> T keep(T closeable) {
		this.open.add(closeable);
		return closeable;
	}

	private ServerSocket bound(InetAddress address) {
		try {
			return keep(new ServerSocket(0, 50, address));
		}
		catch (IOException ex) {
			return null; // this machine has no IPv6
		}
	}

	/** A port whose queue of connections is full, so that Linux drops further ones. */
	private int blackhole() throws IOException {
		ServerSocket server = keep(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
		for (int i = 0; i < 10; i++) {
			Socket socket = keep(new Socket());
			try {
				socket.connect(server.getLocalSocketAddress(), 200);
			}
			catch (SocketTimeoutException ex) {
				return server.getLocalPort();
			}
		}
		throw new AssertionError("the queue does not fill");
	}

}
