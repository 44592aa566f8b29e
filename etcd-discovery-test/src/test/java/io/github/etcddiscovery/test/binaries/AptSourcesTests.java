package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class AptSourcesTests {

	@TempDir
	Path temp;

	@Test
	void linesOfTheDistributionAreKeptAndOthersAreNot() {
		assertThat(AptSources.lines("""
				# deb http://packages.example.org/debian old main
				deb http://packages.example.org/debian bookworm main contrib # a comment
				deb-src http://packages.example.org/debian bookworm main
				deb [signed-by=/usr/share/keyrings/x.gpg arch=amd64] http://mirror.example.org/debian bookworm main

				deb https://cloud.example.org/apt cloud-sdk-bookworm main
				deb https://download.docker.com/linux/debian bookworm stable
				""")).isEqualTo("""
				deb http://packages.example.org/debian bookworm main contrib
				deb [signed-by=/usr/share/keyrings/x.gpg arch=amd64] http://mirror.example.org/debian bookworm main""");
	}

	@Test
	void universeIsAddedForUbuntu() {
		assertThat(AptSources.lines("deb http://archive.ubuntu.com/ubuntu/ jammy main restricted"))
			.isEqualTo("deb http://archive.ubuntu.com/ubuntu/ jammy main restricted universe");
		assertThat(AptSources.lines("deb http://ports.ubuntu.com/ubuntu-ports/ jammy main universe"))
			.isEqualTo("deb http://ports.ubuntu.com/ubuntu-ports/ jammy main universe");
	}

	@Test
	void stanzasOfTheDistributionAreKeptAndOthersAreNot() {
		assertThat(AptSources.stanzas("""
				Types: deb deb-src
				# a comment
				URIs: http://archive.ubuntu.com/ubuntu
				Suites: noble noble-updates
				Components: main
				Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg

				Types: deb-src
				URIs: http://packages.example.org/debian
				Suites: bookworm
				Components: main

				Types: deb
				URIs: https://node.example.org/node_20.x
				Suites: nodistro
				Components: main
				""")).isEqualTo("""
				Types: deb deb-src
				URIs: http://archive.ubuntu.com/ubuntu
				Suites: noble noble-updates
				Components: main universe
				Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg""");
	}

	@Test
	void keyWithinAStanzaIsKept() {
		String stanza = """
				Types: deb
				URIs: http://packages.example.org/debian
				Suites: trixie
				Components: main
				Signed-By:
				 -----BEGIN PGP PUBLIC KEY BLOCK-----
				 .
				 mQINBF
				 -----END PGP PUBLIC KEY BLOCK-----""";
		assertThat(AptSources.stanzas(stanza)).isEqualTo(stanza);
	}

	@Test
	void filesOfBothKindsAreFilteredAndCopied() throws IOException {
		Path apt = Files.createDirectories(this.temp.resolve("apt/sources.list.d")).getParent();
		Path parts = Files.createDirectory(this.temp.resolve("parts"));
		assertThat(new AptSources(apt).copyTo(parts)).isFalse();
		Files.writeString(apt.resolve("sources.list"), "deb http://packages.example.org/debian bookworm main\n");
		Files.writeString(apt.resolve("sources.list.d/google.list"), "deb https://dl.google.com/apt stable main\n");
		Files.writeString(apt.resolve("sources.list.d/debian.sources"),
				"Types: deb\nURIs: http://packages.example.org/debian\nSuites: sid\nComponents: main\n");
		Files.writeString(apt.resolve("sources.list.d/debian.sources.bak"), "not a source");
		assertThat(new AptSources(apt).copyTo(parts)).isTrue();
		assertThat(parts.toFile().list()).containsExactlyInAnyOrder("sources.list", "debian.sources");
	}

}
