package io.github.etcddiscovery.test.binaries;

import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Every source can give etcd, each where all before it have failed, and each failure is
 * told with its reason.
 */
@Timeout(60)
class SourceOrderTests {

	@TempDir
	private Path temp;

	private final List<String> progress = new ArrayList<>();

	private FakeHost host;

	@BeforeEach
	void inventHostWhereEverySourceFails() throws IOException {
		this.host = new FakeHost(this.temp.resolve("host"));
		this.host.variable("ETCD_BIN", FakeHost.etcd(this.temp.resolve("old"), "3.3.25"));
		Files.writeString(this.host.apt().resolve("sources.list"), "deb http://packages.example.org/debian sid main\n");
		FakeHost.script(this.host.bin().resolve("dpkg-deb"), "exit 1");
		aptFails();
		dockerFails();
	}

	@Test
	void theVariableIsTheFirst() throws IOException {
		Path chosen = FakeHost.etcd(this.temp.resolve("chosen"), "3.5.1");
		this.host.variable("ETCD_BIN", chosen);
		everySourceGives("3.6.1");
		assertThat(search().folder()).isEqualTo(chosen);
		assertThat(this.progress).containsExactly("Using etcd 3.5.1 in " + chosen + " (ETCD_BIN)");
	}

	@Test
	void thePathIsTheSecond() throws IOException {
		everySourceGives("3.6.1");
		assertThat(search().source()).isEqualTo("PATH");
		assertThat(this.progress).singleElement()
			.asString()
			.startsWith("Using etcd 3.6.1 in " + this.host.bin() + " (PATH)")
			.contains("ETCD_BIN: etcd 3.3.25 in ", " is older than 3.4");
	}

	@Test
	void theCacheIsTheThird() throws IOException {
		cacheGives("3.5.27");
		packageGives("3.5.4");
		imageGives("3.5.5");
		assertThat(search().source()).startsWith("cache ");
		assertThat(this.progress).singleElement()
			.asString()
			.contains("passed over ETCD_BIN: etcd 3.3.25", "PATH: no folder of it holds both etcd and etcdctl");
	}

	@Test
	void thePackageComesAfterTheArchiveThatCannotBeHad() throws IOException {
		packageGives("3.5.4");
		imageGives("3.5.5");
		EtcdBinaries found = search();
		assertThat(found.version()).isEqualTo(new EtcdVersion(3, 5, 4));
		assertThat(this.progress).hasSize(3);
		assertThat(this.progress.get(0)).isEqualTo("Setting up etcd, trying release archive v3.5.27");
		assertThat(this.progress.get(1)).isEqualTo("Setting up etcd, trying Debian or Ubuntu package");
		assertThat(this.progress.get(2)).startsWith("Using etcd 3.5.4 in " + this.host.cache().resolve("3.5.4"))
			.contains("cache " + this.host.cache() + ": nothing was set up before",
					"release archive v3.5.27: download of");
	}

	@Test
	void theImageIsTheLast() throws IOException {
		imageGives("3.5.5");
		assertThat(search().version()).isEqualTo(new EtcdVersion(3, 5, 5));
		assertThat(this.progress).last()
			.asString()
			.contains("Debian or Ubuntu package: sh ended with 100: E: Unable to locate package");
	}

	@Test
	void aPackageThatIsTooOldIsPassedOverForTheImage() throws IOException {
		packageGives("3.3.25");
		imageGives("3.5.5");
		assertThat(search().version()).isEqualTo(new EtcdVersion(3, 5, 5));
		assertThat(this.progress).last().asString().contains("Debian or Ubuntu package: etcd 3.3.25", "older than 3.4");
	}

	@Test
	void anImageThatIsTooOldIsPassedOverToo() throws IOException {
		imageGives("3.3.25");
		assertThatIllegalStateException().isThrownBy(this::search)
			.withMessageContaining("container image quay.io/coreos/etcd:v3.5.27: etcd 3.3.25");
	}

	@Test
	void whatWasSetUpOnceIsInTheCacheForTheNextTime() throws IOException {
		packageGives("3.5.4");
		search();
		this.progress.clear();
		aptFails();
		assertThat(search().version()).isEqualTo(new EtcdVersion(3, 5, 4));
		assertThat(this.progress).singleElement().asString().contains("(cache ");
	}

	@Test
	void theNewestOfTheCacheIsTakenAndOneThatIsBrokenPassedOver() throws IOException {
		cacheGives("3.4.23");
		cacheGives("3.5.27");
		Files.delete(this.host.cache().resolve("3.5.27/etcdctl"));
		assertThat(search().version()).isEqualTo(new EtcdVersion(3, 4, 23));
		assertThat(this.progress).singleElement()
			.asString()
			.contains("no executable " + this.host.cache().resolve("3.5.27/etcdctl"));
	}

	@Test
	void whenAllFailEachIsNamedWithItsReasonInOrderAndHowToGoOn() {
		assertThatIllegalStateException().isThrownBy(this::search)
			.withMessageMatching("(?s)No etcd of version 3\\.4 or newer found\\. Tried:\n"
					+ "  ETCD_BIN: etcd 3\\.3\\.25 in \\S+ is older than 3\\.4\n"
					+ "  PATH: no folder of it holds both etcd and etcdctl\n"
					+ "  cache \\S+: nothing was set up before\n"
					+ "  release archive v3\\.5\\.27: download of \\S+ failed: \\S*ConnectException.*\n"
					+ "  Debian or Ubuntu package: sh ended with 100: E: Unable to locate package\n"
					+ "  container image \\S+: docker ended with 1: Cannot connect to the Docker daemon\n"
					+ "Install etcd and etcdctl by your package manager, or from "
					+ "https://github\\.com/etcd-io/etcd/releases, so that both are on the PATH, "
					+ "or set ETCD_BIN to the folder that holds them\\.");
	}

	@Test
	void aReasonWithoutWordsIsNamedByItsKind() {
		BinarySource silent = new BinarySource() {

			@Override
			public String name() {
				return "silent";
			}

			@Override
			public List<Path> folders() throws IOException {
				throw new EOFException();
			}

		};
		assertThatIllegalStateException()
			.isThrownBy(() -> new BinarySearch(this.host.get(), List.of(silent), this.progress::add).run())
			.withMessageContaining("silent: EOFException");
	}

	@Test
	void nothingIsLeftOfWhatFailed() {
		assertThatIllegalStateException().isThrownBy(this::search);
		assertThat(this.host.cache()).isEmptyDirectory();
	}

	/** All sources in their order; nobody listens where the archive should be. */
	private EtcdBinaries search() {
		Host machine = this.host.get();
		BinarySearch real = BinarySearch.on(machine, this.progress::add);
		List<BinarySource> sources = new ArrayList<>(real.sources());
		sources.replaceAll((source) -> (source instanceof ReleaseArchive) ? archive(machine) : source);
		return new BinarySearch(machine, sources, this.progress::add).run();
	}

	private static ReleaseArchive archive(Host machine) {
		return new ReleaseArchive(machine, BinaryCache.of(machine), URI.create("http://127.0.0.1:1/"),
				Map.of("amd64", "0".repeat(64)));
	}

	private void everySourceGives(String version) throws IOException {
		FakeHost.etcd(this.host.bin(), version);
		cacheGives(version);
		packageGives(version);
		imageGives(version);
	}

	private void cacheGives(String version) throws IOException {
		FakeHost.etcd(this.host.cache().resolve(version), version);
	}

	private void packageGives(String version) throws IOException {
		Path content = FakeHost.etcd(this.temp.resolve("package/usr/bin"), version).getParent().getParent();
		FakeHost.script(this.host.bin().resolve("apt-get"), "case \"$*\" in *download*) touch etcd-server.deb;; esac");
		FakeHost.script(this.host.bin().resolve("dpkg-deb"), "cp -R '" + content + "/.' \"$3\"");
	}

	private void imageGives(String version) throws IOException {
		Path inside = FakeHost.etcd(this.temp.resolve("image"), version);
		FakeHost.script(this.host.bin().resolve("docker"), """
				case $1 in
				  create) echo 4f5e ;;
				  cp) cp "%s/${2##*/}" "$3" ;;
				esac""".formatted(inside));
	}

	private void aptFails() throws IOException {
		FakeHost.script(this.host.bin().resolve("apt-get"), "echo 'E: Unable to locate package' >&2; exit 100");
	}

	private void dockerFails() throws IOException {
		FakeHost.script(this.host.bin().resolve("docker"), "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
	}

}
