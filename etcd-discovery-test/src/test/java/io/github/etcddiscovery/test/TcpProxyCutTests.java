package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;

import io.github.etcddiscovery.test.TcpProxy.Direction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.test.ProxyRig.assertReset;
import static io.github.etcddiscovery.test.ProxyRig.echo;
import static io.github.etcddiscovery.test.ProxyRig.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Connections that are reset or refused. */
@Timeout(30)
class TcpProxyCutTests {

	@RegisterExtension
	final ProxyRig rig = new ProxyRig();

	@Test
	void cutResetsConnectionsAndRefusesNewOnesUntilHealed() throws IOException {
		try (Socket client = this.rig.connect()) {
			echo(client, "before");
			this.rig.proxy.cut();
			assertReset(client);
		}
		assertThat(this.rig.proxy.connections()).isZero();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(this.rig::connect);
		this.rig.proxy.heal();
		try (Socket client = this.rig.connect()) {
			assertThat(echo(client, "after")).isEqualTo("after");
		}
	}

	@Test
	void cutAndHealAreTheSameTwice() throws IOException {
		for (int i = 0; i < 3; i++) {
			this.rig.proxy.cut();
			this.rig.proxy.cut();
			assertThatExceptionOfType(ConnectException.class).isThrownBy(this.rig::connect);
			this.rig.proxy.heal();
			this.rig.proxy.heal();
			try (Socket client = this.rig.connect()) {
				assertThat(echo(client, "after")).isEqualTo("after");
			}
		}
	}

	@Test
	void healingLeavesHealthyConnectionsAlone() throws IOException {
		try (Socket client = this.rig.connect()) {
			echo(client, "before");
			this.rig.proxy.heal();
			assertThat(echo(client, "after")).isEqualTo("after");
		}
		assertThat(this.rig.proxy.accepted()).isEqualTo(1);
	}

	@Test
	void disconnectResetsOnceAndLetsNewConnectionsPass() throws IOException {
		try (Socket client = this.rig.connect()) {
			echo(client, "before");
			this.rig.proxy.disconnect();
			assertReset(client);
		}
		try (Socket client = this.rig.connect()) {
			assertThat(echo(client, "after")).isEqualTo("after");
		}
	}

	@Test
	void disconnectAfterPassesExactlySoManyBytes() throws IOException {
		this.rig.proxy.disconnectAfter(Direction.TO_SERVER, 3);
		try (Socket client = this.rig.connect()) {
			send(client, "abcdef");
			this.rig.awaitConnections(0);
		}
		assertThat(this.rig.proxy.bytes(Direction.TO_SERVER)).isEqualTo(3);
		try (Socket client = this.rig.connect()) {
			assertThat(echo(client, "once only")).isEqualTo("once only");
		}
	}

	@Test
	void disconnectAfterCountsAnswersOfAllConnectionsTogether() throws IOException {
		this.rig.proxy.disconnectAfter(Direction.TO_CLIENT, 10);
		try (Socket first = this.rig.connect(); Socket second = this.rig.connect()) {
			assertThat(echo(first, "sixsix")).isEqualTo("sixsix");
			send(second, "sixsix");
			this.rig.awaitConnections(1);
			assertThat(echo(first, "goes on")).isEqualTo("goes on");
		}
	}

	@Test
	void disconnectAfterIsForgottenByHealing() throws IOException {
		this.rig.proxy.disconnectAfter(Direction.TO_SERVER, 3);
		this.rig.proxy.heal();
		try (Socket client = this.rig.connect()) {
			assertThat(echo(client, "more than three")).isEqualTo("more than three");
		}
	}

	@Test
	void connectionsAreRefusedByTheirFirstBytesOnly() throws IOException {
		try (Socket peer = this.rig.connect(); Socket other = this.rig.connect()) {
			echo(peer, "X-Server-From: 1");
			echo(other, "X-Server-From: 2");
			this.rig.proxy.refuseWhere((head) -> head.contains("From: 1"));
			assertReset(peer);
			assertThat(echo(other, "From: 1")).isEqualTo("From: 1");
		}
		try (Socket again = this.rig.connect()) {
			send(again, "X-Server-From: 1");
			assertReset(again);
		}
		this.rig.proxy.heal();
		try (Socket again = this.rig.connect()) {
			assertThat(echo(again, "X-Server-From: 1")).isEqualTo("X-Server-From: 1");
		}
	}

}
