package io.github.etcddiscovery.interop;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class PeerProcessTests {

	/** Does as the Go programs do. */
	private static final String PEER = """
			echo "registered $ADDRESS"
			echo "instances "
			while read -r word text; do
			  case $word in
			    call) echo "answer me: $text" ;;
			    lose) echo "refused nobody is there" ;;
			    fail) echo "cannot go on" >&2; exit 3 ;;
			    *) echo "instances $word" ;;
			  esac
			done
			""";

	@TempDir
	private Path logs;

	@Test
	void whatItSaysIsAwaitedAndWhatItIsToldIsDone() {
		try (PeerProcess peer = start(PEER)) {
			assertThat(peer.await("registered")).isEqualTo("127.0.0.1:1");
			assertThat(peer.awaitInstances(String::isEmpty)).isEmpty();
			peer.send("a:1");
			assertThat(peer.awaitInstances("a:1"::equals)).isEqualTo("a:1");
			assertThat(peer.call("hello")).isEqualTo("answer me: hello");
		}
	}

	@Test
	void itsEndIsNotWaitedOutAndToldWithItsErrors() {
		try (PeerProcess peer = start(PEER)) {
			peer.send("fail");
			assertThatIllegalStateException().isThrownBy(() -> peer.await("deregistered"))
				.withMessageContainingAll("'deregistered'", "ended with 3", "registered 127.0.0.1:1", "cannot go on");
		}
	}

	@Test
	void itsEndIsToldAlsoWhenItsOutputEndsBeforeItDoes() {
		try (PeerProcess peer = start("exec >&-; sleep 0.5; exit 3")) {
			assertThatIllegalStateException().isThrownBy(() -> peer.await("registered"))
				.withMessageContaining("ended with 3");
		}
	}

	@Test
	void settingsOfTheCallersEnvironmentDoNotReachIt() {
		assertThat(System.getenv()).containsKey("KITEX_IP_TO_REGISTRY");
		try (PeerProcess peer = start("echo \"registered $(env | grep -c '^ETCD_\\|^KITEX_')\"")) {
			assertThat(peer.await("registered")).isEqualTo("0");
		}
	}

	@Test
	void killedIsGone() {
		PeerProcess peer = start(PEER);
		peer.await("registered");
		peer.kill();
		assertThatIllegalStateException().isThrownBy(() -> peer.call("hello"));
		peer.close();
	}

	private PeerProcess start(String script) {
		return PeerProcess.start(List.of("sh", "-c", script), Map.of("ADDRESS", "127.0.0.1:1"), this.logs);
	}

}
