package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(60)
class BinarySearchTests {

	@TempDir
	Path temp;

	private final List<String> progress = new ArrayList<>();

	private FakeHost host;

	@BeforeEach
	void inventHost() throws IOException {
		this.host = new FakeHost(this.temp);
	}

	@Test
	void folderOfTheVariableIsTakenBeforeThePath() throws IOException {
		Path chosen = FakeHost.etcd(this.temp.resolve("chosen"), "3.5.1");
		FakeHost.etcd(this.host.bin(), "3.6.2");
		this.host.variable("ETCD_BIN", chosen);
		assertThat(search().folder()).isEqualTo(chosen);
		assertThat(this.progress).containsExactly("Using etcd 3.5.1 in " + chosen + " (ETCD_BIN)");
	}

	@Test
	void pathIsTakenBeforeTheCache() throws IOException {
		FakeHost.etcd(this.host.bin(), "3.4.0");
		FakeHost.etcd(this.host.cache().resolve("3.5.27"), "3.5.27");
		assertThat(search().folder()).isEqualTo(this.host.bin());
	}

	@Test
	void cacheIsTakenBeforeAnythingIsFetched() throws IOException {
		FakeHost.etcd(this.host.cache().resolve("3.4.23"), "3.4.23");
		FakeHost.etcd(this.host.cache().resolve("3.5.9"), "3.5.9");
		FakeHost.etcd(this.host.cache().resolve("3.5.27"), "3.5.27");
		FakeHost.etcd(this.host.cache().resolve(".setup-123"), "3.6.0");
		EtcdBinaries found = search();
		assertThat(found.version()).isEqualTo(new EtcdVersion(3, 5, 27));
		assertThat(this.progress).hasSize(1)
			.first()
			.asString()
			.contains("passed over ETCD_BIN: not set; PATH: no folder");
	}

	@Test
	void olderThanThreeFourIsPassedOver() throws IOException {
		FakeHost.etcd(this.host.bin(), "3.3.25");
		FakeHost.etcd(this.host.cache().resolve("3.4.23"), "3.4.23");
		assertThat(search().version()).isEqualTo(new EtcdVersion(3, 4, 23));
		assertThat(this.progress).first().asString().contains("PATH: etcd 3.3.25 in " + this.host.bin() + " is older");
	}

	@Test
	void laterFolderOfThePathIsTakenWhenAnEarlierOneIsTooOld() throws IOException {
		FakeHost.etcd(this.host.bin(), "3.3.25");
		Path later = FakeHost.etcd(this.temp.resolve("later"), "3.5.1");
		this.host.variable("PATH", this.host.bin() + ":" + later);
		assertThat(search().folder()).isEqualTo(later);
	}

	@Test
	void bothProgramsAreNeededInOneFolder() throws IOException {
		FakeHost.script(this.host.bin().resolve("etcd"), "echo 'etcd Version: 3.5.1'");
		FakeHost.etcd(this.host.cache().resolve("3.4.23"), "3.4.23");
		assertThat(search().version()).isEqualTo(new EtcdVersion(3, 4, 23));
	}

	@Test
	void variableThatLeadsNowhereIsNamedAndPassedOver() throws IOException {
		this.host.variable("ETCD_BIN", this.temp.resolve("nowhere"));
		FakeHost.etcd(this.host.bin(), "3.5.1");
		assertThat(search().folder()).isEqualTo(this.host.bin());
		assertThat(this.progress).first()
			.asString()
			.contains("ETCD_BIN: no executable " + this.temp.resolve("nowhere/etcd"));
	}

	@Test
	void programThatCannotRunIsPassedOver() throws IOException {
		FakeHost.etcd(this.host.cache().resolve("3.4.23"), "3.4.23");
		FakeHost.etcd(this.host.bin(), "3.5.1");
		FakeHost.script(this.host.bin().resolve("etcd"), "echo 'wrong architecture' >&2; exit 126");
		assertThat(search().folder()).isEqualTo(this.host.cache().resolve("3.4.23"));
		assertThat(this.progress).first().asString().contains("PATH: etcd ended with 126: wrong architecture");
	}

	@Test
	void nothingFoundListsEveryAttemptInOrderAndHowToGoOn() {
		this.host.os("Linux", "riscv64");
		assertThatIllegalStateException().isThrownBy(this::searchAll)
			.withMessageMatching("(?s).*ETCD_BIN: not set.*PATH: no folder.*cache .*: nothing was set up before"
					+ ".*release archive v3.5.27: .*riscv64.*Debian or Ubuntu package: no apt-get"
					+ ".*container image .*: no docker.*ETCD_BIN to the folder.*");
	}

	@Test
	void onAMacNothingIsFetchedAndHomebrewIsNamed() {
		this.host.os("Mac OS X", "aarch64");
		assertThatIllegalStateException().isThrownBy(this::searchAll)
			.withMessageContaining("brew install etcd")
			.withMessageContaining("release archive v3.5.27: used on Linux");
	}

	@Test
	void nothingIsLeftInTheCacheByFailures() throws IOException {
		this.host.os("Linux", "riscv64");
		assertThatIllegalStateException().isThrownBy(this::searchAll);
		assertThat(Files.exists(this.host.cache())).isFalse();
	}

	private EtcdBinaries search() {
		BinaryCache cache = BinaryCache.of(this.host.get());
		return new BinarySearch(this.host.get(),
				List.of(FolderSource.etcdBin(this.host.get()), FolderSource.path(this.host.get()), cache),
				this.progress::add)
			.run();
	}

	private EtcdBinaries searchAll() {
		return BinarySearch.on(this.host.get(), this.progress::add).run();
	}

}
