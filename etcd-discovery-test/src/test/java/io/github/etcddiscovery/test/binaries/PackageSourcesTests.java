package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/** Debian's packages and container images, with scripts in the place of the tools. */
@Timeout(60)
class PackageSourcesTests {

	@TempDir
	Path temp;

	private FakeHost host;

	private Path calls;

	@BeforeEach
	void inventHost() throws IOException {
		this.host = new FakeHost(this.temp.resolve("host"));
		this.calls = this.temp.resolve("calls");
		Files.writeString(this.host.apt().resolve("sources.list"),
				"deb http://packages.example.org/debian bookworm main\n");
	}

	@Test
	void packagesAreDownloadedWithListsOfTheirOwnAndUnpacked() throws IOException {
		installTools("3.4.23");
		assertThat(debian().folders()).containsExactly(this.host.cache().resolve("3.4.23"));
		assertThat(Files.readString(this.calls)).contains("update\n").contains("download etcd-server etcd-client\n");
		assertThat(Files.readString(this.temp.resolve("apt.conf"))).contains("Dir::State::lists \"" + this.host.cache())
			.contains("Dir::Cache \"" + this.host.cache())
			.contains("#clear APT::Update::Post-Invoke;");
		assertThat(this.host.cache().toFile().list()).containsExactly("3.4.23");
	}

	@Test
	void packageOfAnOldDistributionIsPassedOver() throws IOException {
		installTools("3.3.25");
		assertThatIOException().isThrownBy(() -> debian().folders()).withMessageContaining("older than 3.4");
		assertThat(this.host.cache()).isEmptyDirectory();
	}

	@Test
	void failureOfAptIsShown() throws IOException {
		installTools("3.4.23");
		FakeHost.script(this.host.bin().resolve("apt-get"), "echo 'E: Unable to locate package' >&2; exit 100");
		assertThatIOException().isThrownBy(() -> debian().folders())
			.withMessageContaining("100: E: Unable to locate package");
		assertThat(this.host.cache()).isEmptyDirectory();
	}

	@Test
	void machineWithoutAptOrWithoutSourcesIsNamed() throws IOException {
		assertThatIOException().isThrownBy(() -> debian().folders()).withMessage("no apt-get on this machine");
		installTools("3.4.23");
		Files.delete(this.host.apt().resolve("sources.list"));
		assertThatIOException().isThrownBy(() -> debian().folders()).withMessageContaining("no package source");
	}

	@Test
	void programsAreCopiedOutOfAContainerThatIsRemoved() throws IOException {
		Path inside = FakeHost.etcd(this.temp.resolve("image"), "3.5.27");
		FakeHost.script(this.host.bin().resolve("docker"), """
				echo "$@" >> '%s'
				case $1 in
				  version) echo 28.2.2 ;;
				  create) echo 'Pulled.'; echo 4f5e ;;
				  cp) cp "%s/${2##*/}" "$3" ;;
				esac""".formatted(this.calls, inside));
		assertThat(image().folders()).containsExactly(this.host.cache().resolve("3.5.27"));
		assertThat(Files.readAllLines(this.calls)).first().asString().startsWith("version");
		assertThat(Files.readAllLines(this.calls)).last().isEqualTo("rm 4f5e");
	}

	@Test
	void dockerThatDoesNotAnswerIsNamed() throws IOException {
		assertThatIOException().isThrownBy(() -> image().folders()).withMessage("no docker on this machine");
		FakeHost.script(this.host.bin().resolve("docker"), "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
		assertThatIOException().isThrownBy(() -> image().folders()).withMessageContaining("Cannot connect");
		this.host.os("Mac OS X", "aarch64");
		assertThatIOException().isThrownBy(() -> image().folders()).withMessageContaining("for Linux");
	}

	/** An apt-get that leaves two packages, and a dpkg-deb that knows what is in them. */
	private void installTools(String version) throws IOException {
		Path content = FakeHost.etcd(this.temp.resolve("content/usr/bin"), version).getParent().getParent();
		FakeHost.script(this.host.bin().resolve("apt-get"), """
				cp "$3" '%s'
				shift 3
				echo "$@" >> '%s'
				if [ "$1" = download ]; then touch etcd-server.deb etcd-client.deb; fi"""
			.formatted(this.temp.resolve("apt.conf"), this.calls));
		FakeHost.script(this.host.bin().resolve("dpkg-deb"), "cp -R '" + content + "/.' \"$3\"");
	}

	private DebianPackage debian() {
		return new DebianPackage(this.host.get(), BinaryCache.of(this.host.get()));
	}

	private ContainerImage image() {
		return new ContainerImage(this.host.get(), BinaryCache.of(this.host.get()));
	}

}
