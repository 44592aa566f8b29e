package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/** A server of ours plays GitHub, redirect included. */
@Timeout(60)
class ReleaseArchiveTests {

	private static final String FOLDER = "etcd-v3.5.27-linux-amd64";

	@TempDir
	Path temp;

	private final List<String> asked = new CopyOnWriteArrayList<>();

	private FakeHost host;

	private HttpServer server;

	private byte[] archive;

	@BeforeEach
	void publish() throws IOException {
		this.host = new FakeHost(this.temp.resolve("host"));
		FakeHost.etcd(this.temp.resolve(FOLDER), "3.5.27");
		Path file = this.temp.resolve("etcd.tar.gz");
		Command.of("tar", "-czf", file.toString(), "-C", this.temp.toString(), FOLDER).runOk();
		this.archive = Files.readAllBytes(file);
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/releases/", (exchange) -> {
			this.asked.add(exchange.getRequestURI().getPath());
			exchange.getResponseHeaders().add("Location", "/objects/1");
			exchange.sendResponseHeaders(302, -1);
			exchange.close();
		});
		this.server.createContext("/objects/", (exchange) -> {
			exchange.sendResponseHeaders(200, this.archive.length);
			exchange.getResponseBody().write(this.archive);
			exchange.close();
		});
		this.server.start();
	}

	@AfterEach
	void unpublish() {
		this.server.stop(0);
	}

	@Test
	void archiveWithThePinnedSumIsUnpackedIntoTheCache() throws Exception {
		assertThat(source(sum()).folders()).containsExactly(this.host.cache().resolve("3.5.27"));
		assertThat(this.asked).containsExactly("/releases/v3.5.27/" + FOLDER + ".tar.gz");
		assertThat(list(this.host.cache())).containsExactly("3.5.27");
	}

	@Test
	void archiveWithAnotherSumIsRefusedAndNotUnpacked() {
		String pinned = "0aad9a9e4e0817a021e933f9806a2b2960a62f949ad5a3d6436d8886945cb1bc";
		assertThatIOException().isThrownBy(() -> source(pinned).folders())
			.withMessageContaining("SHA-256 of ")
			.withMessageContaining(pinned);
		assertThat(this.host.cache()).isEmptyDirectory();
	}

	@Test
	void answerOtherThanTheArchiveIsNamed() throws Exception {
		this.server.removeContext("/objects/");
		String sum = sum();
		assertThatIOException().isThrownBy(() -> source(sum).folders()).withMessageContaining("answered 404");
		assertThat(this.host.cache()).isEmptyDirectory();
	}

	@Test
	void serverThatIsNotThereIsNamed() throws Exception {
		String sum = sum();
		ReleaseArchive source = source(sum);
		this.server.stop(0);
		assertThatIOException().isThrownBy(source::folders).withMessageContaining("ConnectException");
	}

	@Test
	void machineWithoutAPinnedSumDownloadsNothing() throws Exception {
		String sum = sum();
		this.host.os("Linux", "s390x");
		assertThatIOException().isThrownBy(() -> source(sum).folders()).withMessageContaining("s390x");
		this.host.os("Mac OS X", "x86_64");
		assertThatIOException().isThrownBy(() -> source(sum).folders()).withMessageContaining("Mac OS X");
		assertThat(this.asked).isEmpty();
	}

	@Test
	void officialSumsAreThoseOfBothArchitectures() {
		Map<String, String> pinned = ReleaseArchive.official(this.host.get(), BinaryCache.of(this.host.get()))
			.checksums();
		assertThat(pinned).containsOnlyKeys("amd64", "arm64").allSatisfy((key, sum) -> assertThat(sum).hasSize(64));
	}

	private ReleaseArchive source(String sum) {
		URI base = URI.create("http://127.0.0.1:" + this.server.getAddress().getPort() + "/releases/");
		return new ReleaseArchive(this.host.get(), BinaryCache.of(this.host.get()), base, Map.of("amd64", sum));
	}

	private String sum() throws Exception {
		return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(this.archive));
	}

	private static List<String> list(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

}
