package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/** A member's ports, folder and process, with shell scripts in the place of etcd. */
@Timeout(60)
class EtcdMemberTests {

	@TempDir
	private Path folder;

	private EtcdMember member;

	@AfterEach
	void end() {
		if (this.member != null) {
			this.member.close();
		}
	}

	@Test
	void withoutProxiesClientsAndMembersConnectToTheProcess() {
		this.member = new EtcdMember("m0", this.folder, false);
		assertThat(this.member.advertised("https")).isEqualTo(this.member.direct("https")).startsWith("https://");
		assertThat(this.member.peer()).isEqualTo(this.member.peerDirect()).startsWith("http://127.0.0.1:");
		assertThat(this.member.proxy()).isEmpty();
		assertThat(this.member.peerProxy()).isEmpty();
	}

	@Test
	void withProxiesTheyConnectToThose() {
		this.member = new EtcdMember("m0", this.folder, true);
		assertThat(this.member.advertised("http"))
			.isEqualTo("http://127.0.0.1:" + this.member.proxy().orElseThrow().port())
			.isNotEqualTo(this.member.direct("http"));
		assertThat(this.member.peer()).isEqualTo("http://127.0.0.1:" + this.member.peerProxy().orElseThrow().port())
			.isNotEqualTo(this.member.peerDirect());
	}

	@Test
	void itServesUnlessItIsGoneFrozenOrCutOff() {
		start("exec sleep 600");
		assertThat(this.member.isServing()).isTrue();
		this.member.freeze();
		assertThat(this.member.isRunning()).isTrue();
		assertThat(this.member.isServing()).isFalse();
		this.member.unfreeze();
		assertThat(this.member.isServing()).isTrue();
		this.member.isolated(true);
		assertThat(this.member.isServing()).isFalse();
		this.member.isolated(false);
		this.member.kill();
		assertThat(this.member.isRunning()).isFalse();
		assertThat(this.member.isServing()).isFalse();
	}

	@Test
	void itIsFrozenNoMoreWhenItWasStartedAgain() {
		start("exec sleep 600");
		this.member.freeze();
		this.member.kill();
		launch("exec sleep 600");
		assertThat(this.member.isServing()).isTrue();
	}

	@Test
	void theEndOfItsLogIsWhatItWroteSinceItsLastStart() {
		start("echo from the first start");
		awaitEnd();
		assertThat(this.member.logTail()).isEqualTo("from the first start\n");
		launch("echo from the second start");
		awaitEnd();
		assertThat(this.member.logTail()).isEqualTo("from the second start\n");
	}

	@Test
	void ofALongLogTheEndIsShown() {
		start("head -c 100000 /dev/zero | tr '\\0' x; echo; echo the reason");
		awaitEnd();
		assertThat(this.member.logTail()).hasSize(3_000).endsWith("x\nthe reason\n");
	}

	@Test
	void aMemberThatWasNeverStartedHasNoLogAndNoProcess() {
		this.member = new EtcdMember("m0", this.folder, false);
		assertThat(this.member.logTail()).startsWith("(no log: ");
		assertThat(this.member.isRunning()).isFalse();
		this.member.stop();
		this.member.kill();
		assertThatIllegalStateException().isThrownBy(this.member::freeze).withMessage("member m0 was never started");
	}

	@Test
	void whetherSomebodyListensIsAsked() throws IOException {
		this.member = new EtcdMember("m0", this.folder, false);
		assertThat(this.member.accepts()).isFalse();
		int port = URI.create(this.member.direct("http")).getPort();
		try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			assertThat(server.isBound()).isTrue();
			assertThat(this.member.accepts()).isTrue();
		}
	}

	@Test
	void itsDataGoesAndItsLogStays() throws IOException {
		start("echo log");
		awaitEnd();
		Files.createDirectories(this.member.data().resolve("member/wal"));
		this.member.deleteData();
		assertThat(this.member.data()).doesNotExist();
		assertThat(this.member.logTail()).isEqualTo("log\n");
	}

	@Test
	void aFolderThatCannotBeMadeIsNamed() throws IOException {
		Files.writeString(this.folder.resolve("m0"), "a file in its place");
		this.member = new EtcdMember("m0", this.folder, false);
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> launch("true"))
			.withMessage("cannot prepare " + this.folder.resolve("m0"));
	}

	private void start(String script) {
		this.member = new EtcdMember("m0", this.folder, false);
		launch(script);
	}

	private void launch(String script) {
		this.member.launch(this.folder, List.of("sh", "-c", script));
	}

	private void awaitEnd() {
		await().atMost(Duration.ofSeconds(10)).until(() -> !this.member.isRunning());
	}

}
