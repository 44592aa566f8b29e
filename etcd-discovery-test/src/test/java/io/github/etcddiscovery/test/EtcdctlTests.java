package io.github.etcddiscovery.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.github.etcddiscovery.test.binaries.FakeHost;
import io.github.etcddiscovery.test.tls.EtcdCertificates;
import io.github.etcddiscovery.test.tls.EtcdTls;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** With a script in the place of etcdctl that notes what it is given. */
@Timeout(60)
class EtcdctlTests {

	private static final List<String> ENDPOINTS = List.of("http://127.0.0.1:1", "http://127.0.0.1:2");

	@TempDir
	private Path folder;

	private Path program;

	@BeforeEach
	void writeProgram() throws IOException {
		this.program = script("""
				for argument in "$@"; do echo "argument $argument"; done
				env | grep '^ETCD' | sort
				cat""");
	}

	@Test
	void everyMemberIsNamedAndNothingTakesForEver() {
		assertThat(etcdctl().run("get", "a key").lines()).containsExactly(
				"argument --endpoints=http://127.0.0.1:1,http://127.0.0.1:2", "argument --command-timeout=2000ms",
				"argument --dial-timeout=2000ms", "argument get", "argument a key");
	}

	@Test
	void rootsPasswordIsInTheEnvironmentAndInNoArgument() {
		List<String> output = etcdctl(Optional.empty(), Optional.of("secret")).run("get", "a").lines().toList();
		assertThat(output).contains("ETCDCTL_USER=root", "ETCDCTL_PASSWORD=secret")
			.noneMatch((line) -> line.startsWith("argument") && line.contains("secret"));
	}

	@Test
	void withoutAPasswordNobodyLogsIn() {
		assertThat(etcdctl().run("get", "a")).doesNotContain("ETCDCTL_USER").doesNotContain("ETCDCTL_PASSWORD");
	}

	@Test
	void withTlsTheAuthorityIsNamedAndABadCertificateTolerated() {
		String output = etcdctl(Optional.of(EtcdTls.shared()), Optional.empty()).run("get", "a");
		assertThat(output).contains("argument --insecure-skip-tls-verify=true\n")
			.contains("argument --cacert=" + EtcdCertificates.shared().ca() + "\n")
			.doesNotContain("--cert=")
			.doesNotContain("--key=");
	}

	@Test
	void withMutualTlsItShowsACertificateOfItsOwn() {
		String output = etcdctl(Optional.of(EtcdTls.shared().asMutual()), Optional.empty()).run("get", "a");
		var client = EtcdCertificates.shared().client("etcd-discovery-test");
		assertThat(output).contains("argument --cert=" + client.certificate() + "\n")
			.contains("argument --key=" + client.key() + "\n");
	}

	@Test
	void inputIsRead() {
		assertThat(etcdctl().runReading("secret\n", "user", "add", "a", "--interactive=false")).endsWith("\nsecret\n");
	}

	@Test
	void aFailureNamesTheCommandTheMembersAndTheReasonButNoArgument() throws IOException {
		this.program = script("echo 'Error: etcdserver: permission denied' >&2; exit 1");
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcdctl().run("put", "key", "canary-value"))
			.withMessage("etcdctl put at " + ENDPOINTS + " ended with 1: Error: etcdserver: permission denied");
	}

	@Test
	void aProgramThatIsNotThereIsNamed() throws IOException {
		Files.delete(this.program);
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcdctl().run("get", "a"))
			.withMessageStartingWith("etcdctl get at " + ENDPOINTS + " failed: ")
			.withMessageContaining(this.program.toString());
	}

	@Test
	void theTimeForACommandCanBeChanged() {
		assertThat(etcdctl().within(Duration.ofMillis(100)).run("get", "a"))
			.contains("argument --command-timeout=100ms\n")
			.contains("argument --dial-timeout=100ms\n");
	}

	@Test
	void successIsTheExitCodeZero() throws IOException {
		assertThat(etcdctl().succeeds("get", "a")).isTrue();
		this.program = script("exit 1");
		assertThat(etcdctl().succeeds("get", "a")).isFalse();
		Files.delete(this.program);
		assertThat(etcdctl().succeeds("get", "a")).isFalse();
	}

	@Test
	void aNumberIsFoundWhereverItStands() {
		String json = "[{\"Endpoint\":\"e\",\"Status\":{\"header\":{\"cluster_id\":14841639068965178418,\"revision\":7}}}]";
		assertThat(Etcdctl.number("revision", json)).isEqualTo(7);
	}

	@Test
	void anIdThatFillsAllBitsIsKept() {
		assertThat(Long.toUnsignedString(Etcdctl.number("ID", "{\"ID\":14841639068965178418}")))
			.isEqualTo("14841639068965178418");
	}

	@Test
	void anAnswerWithoutTheNumberIsShown() {
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> Etcdctl.number("revision", "{\"a\":1}"))
			.withMessage("etcdctl answered without the field revision: {\"a\":1}");
	}

	@Test
	void theTextHasNoPassword() {
		assertThat(etcdctl(Optional.empty(), Optional.of("canary-password")).toString())
			.isEqualTo("Etcdctl[endpoints=" + ENDPOINTS + "]");
	}

	private Etcdctl etcdctl() {
		return etcdctl(Optional.empty(), Optional.empty());
	}

	private Etcdctl etcdctl(Optional<EtcdTls> tls, Optional<String> rootPassword) {
		return new Etcdctl(this.program, tls, rootPassword, ENDPOINTS, Duration.ofSeconds(2));
	}

	private Path script(String body) throws IOException {
		return FakeHost.script(this.folder.resolve("etcdctl"), body);
	}

}
